import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flow } from '@signering/contract';
import { LedgerConflictError, ReferenceInUseError } from '../errors.js';
import { formatLedgerEntry } from '../ledger-entry.js';
import type {
  LedgerClaim,
  LedgerEntry,
  LedgerKey,
  LedgerProgress,
  ReferenceLedger,
  UnsettledOptions,
} from '../reference-ledger.js';
import {
  isFaultOfOneEntry,
  isSettledForGood,
  isUnsettled,
  type UnsettledReference,
} from '../unsettled-entry.js';
import { ensureFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { LedgerFolders } from './ledger-folders.js';
import { readNewestRevision } from './newest-revision.js';
import { digestName } from './path-name.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';
import { UnsettledIndex } from './unsettled-index.js';

/** Stores every revision of an entry as a separate file, created exclusively; the highest revision counts. */
export class FileReferenceLedger implements ReferenceLedger {
  readonly #folders: LedgerFolders;
  readonly #index: UnsettledIndex;

  constructor(root: string) {
    this.#folders = new LedgerFolders(root);
    this.#index = new UnsettledIndex(this.#folders);
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
      await this.#index.mark(entry);
      if (await this.#write(entry)) return entry;
      // Another process claimed it after our read; its entry counts.
      return this.claim(claim);
    }
    if (existing.contentDigest !== claim.contentDigest) {
      throw new ReferenceInUseError(claim.reference, existing.claimedAt);
    }
    // The process that wrote it may have been killed before it synced the name, and the caller relies on it.
    await onDisk('claim a reference', () => syncFolder(this.#folders.entry(claim)));
    if (isSettledForGood(existing)) return existing;
    await this.#index.mark(existing);
    if (isUnsettled(existing)) return existing;
    const { abandoned: _, ...opened } = existing;
    const next = { ...opened, revision: existing.revision + 1 };
    return (await this.#write(next)) ? next : this.claim(claim);
  }

  find(key: LedgerKey): Promise<LedgerEntry | undefined> {
    const folder = this.#folders.entry(key);
    return readNewestRevision({
      folder,
      name: digestName(key.reference),
      what: `reference "${key.reference}"`,
    });
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
      const entry = await readNewestRevision({ folder, name, what: `signature job ${signatureJobId}` });
      // A pointer alone proves nothing: it is written first, and its writer may have died before the entry.
      if (entry?.flow === flow && entry.created?.signatureJobId === signatureJobId) return entry;
    }
    return undefined;
  }

  async advance(entry: LedgerEntry, progress: Partial<LedgerProgress>): Promise<LedgerEntry> {
    const next: LedgerEntry = { ...entry, ...progress, revision: entry.revision + 1 };
    const { created, flow } = next;
    if (created !== undefined && created.signatureJobId !== entry.created?.signatureJobId) {
      // The index is written first, so that a readable `created` implies that the entry can be found by its job, even
      // after a kill.
      await onDisk('index a signature job', () =>
        ensureFolder(this.#folders.pointer(next, flow, created.signatureJobId)),
      );
    }
    if (!(await this.#write(next))) throw new LedgerConflictError(next.reference, next.revision);
    if (isSettledForGood(next)) await this.#index.unmark(next);
    return next;
  }

  async *unsettled({ after = '' }: UnsettledOptions = {}): AsyncGenerator<UnsettledReference> {
    for await (const { organization, name, position } of this.#index.after(after)) {
      const folder = this.#folders.entryByName(organization, name);
      try {
        const entry = await readNewestRevision({ folder, name, what: `the digest ${name}` });
        // A marker without an entry: its claim is in progress, or its process was killed.
        if (entry === undefined) continue;
        if (isUnsettled(entry)) yield { position, entry };
        else if (isSettledForGood(entry)) await this.#index.unmark(entry);
      } catch (error) {
        if (!isFaultOfOneEntry(error)) throw error;
        yield { position, unreadable: error };
      }
    }
  }

  #write(entry: LedgerEntry): Promise<boolean> {
    return onDisk('write a ledger entry', async () => {
      const folder = this.#folders.entry(entry);
      const temporary = await writeTemporary(folder, (handle) => handle.writeFile(formatLedgerEntry(entry)));
      return publishIfAbsent(temporary, join(folder, `${entry.revision}.json`));
    });
  }
}

/** Names in a folder; empty if the folder does not exist. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return [];
    throw error;
  }
}
