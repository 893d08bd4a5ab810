import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { ArchiveConflictError, DocumentMissingError, StoredContentDamagedError } from './errors.js';
import { digestOfBytes, type FileDigest } from './file-digest.js';
import { onDisk } from './file-system/file-system-error.js';
import type { Erasure } from './job-erasure.js';
import { folderOfJob } from './job-folder.js';
import {
  describeSameJob,
  formatMetadata,
  METADATA_FILE,
  parseMetadata,
  type ArchivedMetadata,
} from './metadata-file.js';
import { encodePathName } from './path-name.js';
import { receiveFile } from './received-file.js';
import { factsOf, type Receipt } from './receipt.js';
import { formatErasedReceipt, formatReceipt } from './receipt-file.js';
import type {
  ArchivedFile,
  ArchivedJob,
  PutOptions,
  RemovableJob,
  RemovableJobsOptions,
  SignedDocumentArchive,
} from './signed-document-archive.js';
import { ERASED_RECEIPT, listRemovableJobs, listSettledJobs, RECEIPT, receiptIn } from './removable-jobs.js';
import type { SealedFiles } from './sealed-files.js';
import type { LedgerKey } from './reference-ledger.js';

const READ = 'read an archived document';

/** Size limit, in bytes, above which files are verified one at a time, because each is held in memory. */
const LARGE_BYTES = 32 * 1024 ** 2;

/** Stores signed documents in one folder per job. */
export class StoredArchive implements SignedDocumentArchive {
  readonly #files: SealedFiles;
  /** Settles when all large files so far are published or discarded. */
  #largeTurn: Promise<void> = Promise.resolve();

  constructor(files: SealedFiles) {
    this.#files = files;
  }

  async put<T>({ job, name, content, verify }: PutOptions<T>): Promise<{ file: ArchivedFile; verified: T }> {
    const path = this.#pathOf(job, name);
    let endTurn: () => void = () => undefined;
    try {
      const { temporary, result } = await receiveFile(path, {
        files: this.#files,
        content,
        whileSyncing: async (digest, readBackStored) => {
          const file: ArchivedFile = { name, ...digest };
          endTurn = await this.#startTurn(file.size);
          const stored = await onDisk('read an archived document back', readBackStored);
          const readBack = this.#files.open(path, stored);
          this.#compare(job, file, digestOfBytes(readBack));
          return { file, readBack, verified: await verify(readBack) };
        },
      });
      const { file, readBack, verified } = result;
      const written = await this.#files.publish(temporary, path, () => readBack);
      if (!written && (await this.find(job, name))?.sha256 !== file.sha256) {
        throw new ArchiveConflictError(this.folderOf(job), name, job.signatureJobId);
      }
      return { file, verified };
    } finally {
      endTurn();
    }
  }

  async find(job: ArchivedJob, name: string): Promise<ArchivedFile | undefined> {
    const digest = await this.#files.digest(this.#pathOf(job, name), READ);
    return digest === undefined ? undefined : { name, ...digest };
  }

  read(job: ArchivedJob, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#files.read(this.#pathOf(job, name), READ);
  }

  readInChunks(job: ArchivedJob, name: string): Promise<Readable | undefined> {
    return this.#files.readInChunks(this.#pathOf(job, name), READ);
  }

  async withdraw(job: ArchivedJob, name: string): Promise<void> {
    if ((await this.find(job, RECEIPT)) !== undefined) {
      throw new ArchiveConflictError(this.folderOf(job), name, job.signatureJobId);
    }
    await this.#files.remove(this.#pathOf(job, name), 'withdraw an archived document');
  }

  async putMetadata(job: ArchivedJob, metadata: ArchivedMetadata): Promise<ArchivedFile> {
    // Each text has another salt: the first one stands.
    if ((await this.readMetadata(job)) === undefined) {
      await this.#writeText(job, METADATA_FILE, formatMetadata(job, metadata));
    }
    const there = await this.readMetadata(job);
    const file = await this.find(job, METADATA_FILE);
    if (file === undefined || there === undefined || !describeSameJob(there, metadata)) {
      throw new ArchiveConflictError(this.folderOf(job), METADATA_FILE, job.signatureJobId);
    }
    return file;
  }

  async readMetadata(job: ArchivedJob): Promise<ArchivedMetadata | undefined> {
    const content = await this.read(job, METADATA_FILE);
    return content === undefined
      ? undefined
      : parseMetadata(Buffer.from(content).toString('utf8'), this.folderOf(job));
  }

  async putReceipt(job: ArchivedJob, receipt: Receipt): Promise<Receipt> {
    const text = formatReceipt(receipt);
    if (await this.#writeText(job, RECEIPT, text)) return receipt;
    const there = await this.readReceipt(job);
    if (there === undefined || !isDeepStrictEqual(factsOf(there), factsOf(JSON.parse(text) as Receipt))) {
      throw new ArchiveConflictError(this.folderOf(job), RECEIPT, job.signatureJobId);
    }
    return there;
  }

  readReceipt(job: ArchivedJob): Promise<Receipt | undefined> {
    return receiptIn(this.#files, this.folderOf(job));
  }

  async putErasedReceipt(job: ArchivedJob, receipt: Receipt, erasure: Erasure): Promise<void> {
    await this.#writeText(job, ERASED_RECEIPT, formatErasedReceipt(receipt, erasure));
  }

  async verifyFile(job: ArchivedJob, file: ArchivedFile): Promise<void> {
    const found = await this.find(job, file.name);
    if (found === undefined) {
      throw new DocumentMissingError(`${file.name} in ${this.folderOf(job)}`, this.#files.location);
    }
    this.#compare(job, file, found);
  }

  listSettled(since: string): AsyncIterable<LedgerKey> {
    return listSettledJobs(this.#files, since);
  }

  listRemovable(options: RemovableJobsOptions): AsyncIterable<RemovableJob> {
    return listRemovableJobs(this.#files, options);
  }

  folderOf(job: ArchivedJob): string {
    return folderOfJob(job);
  }

  /** @returns whether the name was free */
  #writeText(job: ArchivedJob, name: string, text: string): Promise<boolean> {
    return this.#files.writeIfAbsent(this.#pathOf(job, name), text, {
      attempt: `archive ${name}`,
      erasable: name !== RECEIPT,
    });
  }

  /** Waits until no other large file is in memory. Returns the end of the turn. */
  async #startTurn(size: number): Promise<() => void> {
    if (size <= LARGE_BYTES) return () => undefined;
    const others = this.#largeTurn;
    let end: () => void = () => undefined;
    this.#largeTurn = new Promise((resolve) => {
      end = resolve;
    });
    await others;
    return end;
  }

  #compare(job: ArchivedJob, { name, sha256, size }: ArchivedFile, found: FileDigest): void {
    if (found.size === size && found.sha256 === sha256) return;
    throw new StoredContentDamagedError(
      `${name} in ${this.folderOf(job)}`,
      `was ${size} bytes long and now has ${found.size} bytes with another digest or size`,
    );
  }

  #pathOf(job: ArchivedJob, name: string): string {
    return `${this.folderOf(job)}/${encodePathName(name)}`;
  }
}
