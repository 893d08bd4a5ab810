import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DocumentRef } from '@signering/contract';
import {
  folderOfJob,
  isWithdrawn,
  ReferenceInUseError,
  StoredBatches,
  type ArchivedJob,
  type BatchFiles,
  type LedgerClaim,
  type LedgerEntry,
  type LedgerKey,
  type LedgerProgress,
  type Receipt,
} from '@signering/storage';

/** The file of a job's receipt. */
const RECEIPT = 'receipt.json';

/** What the client keeps outside Temporal, for as long as the process runs. */
export class InMemoryStorage {
  readonly location = 'memory';
  readonly ledger = new InMemoryLedger();
  readonly archive = new InMemoryArchive();
  readonly batches = new StoredBatches(inMemoryFiles());
  /** Takes the documents to sign; nothing reads them. */
  readonly documents = {
    put: (content: Uint8Array, names: Pick<DocumentRef, 'name' | 'mediaType'>): Promise<DocumentRef> =>
      Promise.resolve({ ...names, ...digestOf(content) }),
    has: (): Promise<boolean> => Promise.resolve(true),
  };
  readonly storageIdentity = {
    find: (): Promise<string> => Promise.resolve(this.#id),
    ensure: (): Promise<string> => Promise.resolve(this.#id),
  };
  readonly #id = randomUUID();
}

class InMemoryLedger {
  readonly #entries = new Map<string, LedgerEntry>();

  find(key: LedgerKey): Promise<LedgerEntry | undefined> {
    return Promise.resolve(this.#entries.get(nameOf(key)));
  }

  claim(claim: LedgerClaim): Promise<LedgerEntry> {
    const earlier = this.#entries.get(nameOf(claim));
    if (earlier === undefined || isWithdrawn(earlier)) {
      const claimedAt = new Date().toISOString();
      const entry: LedgerEntry = { version: 1, revision: 1, ...claim, claimedAt, attempts: [] };
      this.#entries.set(nameOf(claim), entry);
      return Promise.resolve(entry);
    }
    if (earlier.contentDigest === claim.contentDigest) return Promise.resolve(earlier);
    return Promise.reject(new ReferenceInUseError(claim.reference, earlier.claimedAt));
  }

  /** Records what became of a claimed job. */
  advance(key: LedgerKey, progress: Partial<LedgerProgress>): void {
    const entry = this.#entries.get(nameOf(key));
    if (entry !== undefined) this.#entries.set(nameOf(key), { ...entry, ...progress });
  }
}

class InMemoryArchive {
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #receipts = new Map<string, Receipt>();

  put(
    job: ArchivedJob,
    name: string,
    content: Uint8Array,
  ): { readonly sha256: string; readonly size: number } {
    this.#files.set(`${nameOf(job)}/${name}`, new Uint8Array(content));
    return digestOf(content);
  }

  putReceipt(job: ArchivedJob, receipt: Receipt): void {
    this.#receipts.set(nameOf(job), receipt);
    this.put(job, RECEIPT, Buffer.from(JSON.stringify(receipt, undefined, 2)));
  }

  /** A copy: what a caller changes stays with the caller. */
  read(job: ArchivedJob, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const content = job.duplicateJobId === undefined && this.#files.get(`${nameOf(job)}/${name}`);
    return Promise.resolve(content instanceof Uint8Array ? new Uint8Array(content) : undefined);
  }

  async readInChunks(job: ArchivedJob, name: string): Promise<Readable | undefined> {
    const content = await this.read(job, name);
    return content && Readable.from([content]);
  }

  readReceipt(job: ArchivedJob): Promise<Receipt | undefined> {
    return Promise.resolve(job.duplicateJobId === undefined ? this.#receipts.get(nameOf(job)) : undefined);
  }

  /** Memory is not damaged. */
  verifyFile(): Promise<void> {
    return Promise.resolve();
  }

  folderOf(job: ArchivedJob): string {
    return folderOfJob(job);
  }
}

/** Files of an area, each written once. */
function inMemoryFiles(): BatchFiles {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    async *list(folder) {
      await Promise.resolve();
      for (const [path, { byteLength: size }] of files) {
        if (folder === '' || path.startsWith(`${folder}/`)) yield { path, size, modifiedMs: 0 };
      }
    },
    read: (path) => Promise.resolve(files.get(path)),
    writeIfAbsent: (path, content) => {
      const isFree = !files.has(path);
      if (isFree) files.set(path, new Uint8Array(Buffer.from(content)));
      return Promise.resolve(isFree);
    },
    ensureDurable: () => Promise.resolve(),
    remove: (path) => {
      files.delete(path);
      return Promise.resolve();
    },
  };
}

function nameOf({ organizationNumber, reference }: LedgerKey): string {
  return `${organizationNumber}/${reference}`;
}

function digestOf(content: Uint8Array): { readonly sha256: string; readonly size: number } {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.byteLength };
}
