import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedgerEntry } from '../ledger-entry.js';
import type { EntryPlace, LedgerRecords, UnsettledPosition } from '../ledger-records.js';
import type { RetainedFile } from '../job-erasure.js';
import type { LedgerEntry, LedgerKey } from '../reference-ledger.js';
import { ensureFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { LedgerFolders } from './ledger-folders.js';
import { readNewestRevision } from './newest-revision.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';
import { UnsettledIndex } from './unsettled-index.js';

/** Revisions as files; pointers and markers as empty folders. */
export class FolderLedgerRecords implements LedgerRecords {
  readonly #folders: LedgerFolders;
  readonly #index: UnsettledIndex;

  constructor(root: string) {
    this.#folders = new LedgerFolders(root);
    this.#index = new UnsettledIndex(this.#folders);
  }

  newestText({ organization, name, what }: EntryPlace): Promise<string | undefined> {
    return readNewestRevision(this.#folders.entryByName(organization, name), what);
  }

  write(entry: LedgerEntry): Promise<boolean> {
    return onDisk('write a ledger entry', async () => {
      const folder = this.#folders.entry(entry);
      const temporary = await writeTemporary(folder, {
        fill: (handle) => handle.writeFile(formatLedgerEntry(entry)),
      });
      return publishIfAbsent(temporary, join(folder, `${entry.revision}.json`));
    });
  }

  emptyBefore(entry: LedgerEntry): Promise<readonly RetainedFile[]> {
    return onDisk('erase a ledger entry', async () => {
      const folder = this.#folders.entry(entry);
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        // Temporary files begin with a dot; their process was killed.
        if (name.startsWith('.')) await unlink(path);
        const isEarlier = /^\d+\.json$/u.test(name) && Number.parseInt(name, 10) < entry.revision;
        if (!isEarlier || (await stat(path)).size === 0) continue;
        await publishInPlaceOf(await writeTemporary(folder, { fill: () => Promise.resolve() }), path);
      }
      // Also if an earlier call emptied them: it may have been killed before it synced the names.
      await syncFolder(folder);
      return [];
    });
  }

  ensureDurable(key: LedgerKey): Promise<void> {
    return onDisk('claim a reference', () => syncFolder(this.#folders.entry(key)));
  }

  mark(key: LedgerKey): Promise<void> {
    return this.#index.mark(key);
  }

  unmark(key: LedgerKey): Promise<void> {
    return this.#index.unmark(key);
  }

  markedAfter(start: string): AsyncIterable<UnsettledPosition> {
    return this.#index.after(start);
  }

  point(entry: LedgerEntry, signatureJobId: string): Promise<void> {
    return onDisk('index a signature job', async () => {
      await ensureFolder(this.#folders.pointer(entry, signatureJobId));
    });
  }

  pointedBy(
    organization: string,
    flow: LedgerEntry['flow'],
    signatureJobId: string,
  ): Promise<readonly string[]> {
    return onDisk('look up a signature job', async () => {
      try {
        return await readdir(this.#folders.job(organization, flow, signatureJobId));
      } catch (error) {
        if (hasSystemCode(error, 'ENOENT')) return [];
        throw error;
      }
    });
  }
}
