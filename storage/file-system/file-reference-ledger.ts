import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flow } from '../../contract/index.js';
import { LedgerConflictError } from '../errors/ledger-conflict-error.js';
import { ReferenceInUseError } from '../errors/reference-in-use-error.js';
import { formatLedgerEntry, parseLedgerEntry } from '../ledger-entry.js';
import type {
  LedgerClaim,
  LedgerEntry,
  LedgerKey,
  LedgerProgress,
  ReferenceLedger,
} from '../reference-ledger.js';
import { ensureFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { LedgerFolders } from './ledger-folders.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

const REVISION = /^([1-9][0-9]*)\.json$/u;

/** Keeps every revision of an entry as a file of its own, made exclusively; the newest counts. */
export class FileReferenceLedger implements ReferenceLedger {
  readonly #folders: LedgerFolders;

  constructor(root: string) {
    this.#folders = new LedgerFolders(root);
  }

  async claim(claim: LedgerClaim): Promise<LedgerEntry> {
    const existing = await this.find(claim);
    if (existing === undefined) {
      const entry: LedgerEntry = {
        version: 1,
        revision: 1,
        ...claim,
        claimedAt: new Date().toISOString(),
        attempts: [],
      };
      if (await this.#write(entry)) return entry;
      // Somebody else claimed it between the look and the write: what they wrote counts.
      return this.claim(claim);
    }
    if (existing.contentDigest !== claim.contentDigest) {
      throw new ReferenceInUseError(claim.reference, existing.claimedAt);
    }
    // Whoever wrote it may not have got as far as syncing its name, and our caller builds on it.
    await onDisk('claim a reference', () => syncFolder(this.#folders.entry(claim)));
    return existing;
  }

  find(key: LedgerKey): Promise<LedgerEntry | undefined> {
    return this.#newestIn(this.#folders.entry(key), key.reference);
  }

  async findByJobId(
    organizationNumber: string,
    flow: Flow,
    signatureJobId: string,
  ): Promise<LedgerEntry | undefined> {
    const names = await onDisk('look up a signature job', () =>
      namesIn(this.#folders.job(organizationNumber, flow, signatureJobId)),
    );
    for (const name of names) {
      const folder = this.#folders.entryByName(organizationNumber, name);
      const entry = await this.#newestIn(folder, `of signature job ${signatureJobId}`);
      // A pointer alone proves nothing: it is written first, and its writer may have died before the entry.
      if (entry?.flow === flow && entry.created?.signatureJobId === signatureJobId) return entry;
    }
    return undefined;
  }

  async advance(entry: LedgerEntry, progress: Partial<LedgerProgress>): Promise<LedgerEntry> {
    const next: LedgerEntry = { ...entry, ...progress, revision: entry.revision + 1 };
    const { created, flow } = next;
    if (created !== undefined && created.signatureJobId !== entry.created?.signatureJobId) {
      // Before the entry, so that whoever can read `created` can also find it by its job, whenever we are killed.
      await onDisk('index a signature job', () =>
        ensureFolder(this.#folders.pointer(next, flow, created.signatureJobId)),
      );
    }
    if (!(await this.#write(next))) throw new LedgerConflictError(next.reference, next.revision);
    return next;
  }

  #write(entry: LedgerEntry): Promise<boolean> {
    return onDisk('write a ledger entry', async () => {
      const folder = this.#folders.entry(entry);
      const temporary = await writeTemporary(folder, (handle) => handle.writeFile(formatLedgerEntry(entry)));
      return publishIfAbsent(temporary, join(folder, `${entry.revision}.json`));
    });
  }

  async #newestIn(folder: string, reference: string): Promise<LedgerEntry | undefined> {
    const text = await onDisk('read a ledger entry', async () => {
      const revisions = (await namesIn(folder)).map((name) => Number(REVISION.exec(name)?.[1] ?? 0));
      const newest = Math.max(0, ...revisions);
      return newest === 0 ? undefined : readFile(join(folder, `${newest}.json`), 'utf8');
    });
    return text === undefined ? undefined : parseLedgerEntry(text, reference);
  }
}

/** What a folder holds; one that nobody has made yet holds nothing. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return [];
    throw error;
  }
}
