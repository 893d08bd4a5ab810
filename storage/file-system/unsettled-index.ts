import { readdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { UnsettledPosition } from '../ledger-records.js';
import type { LedgerKey } from '../reference-ledger.js';
import { ensureFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import type { LedgerFolders } from './ledger-folders.js';

/**
 * Index of unsettled entries: an empty folder for each. It is made before the entry's claim and removed after the
 * entry's last revision, so a process killed in between leaves an extra marker and never loses one.
 */
export class UnsettledIndex {
  readonly #folders: LedgerFolders;

  constructor(folders: LedgerFolders) {
    this.#folders = folders;
  }

  /** Idempotent. */
  mark(key: LedgerKey): Promise<void> {
    const marker = this.#folders.marker(key);
    return onDisk('index an unsettled reference', async () => {
      // Syncs the marker's name, too, if it makes it.
      if (await ensureFolder(marker)) return;
      // The process that made the marker may have been killed before it synced the name.
      await syncFolder(dirname(marker));
    });
  }

  /** Idempotent. */
  unmark(key: LedgerKey): Promise<void> {
    const marker = this.#folders.marker(key);
    return onDisk('take a settled reference out of the index', async () => {
      try {
        await rmdir(marker);
      } catch (error) {
        if (!hasSystemCode(error, 'ENOENT')) throw error;
      }
    });
  }

  /** Entries after a position, in the order of organisations and names. */
  async *after(start: string): AsyncGenerator<UnsettledPosition> {
    const list = (folder: string) => onDisk('list unsettled references', () => sortedNamesIn(folder));
    for (const organization of await list(this.#folders.organizations)) {
      for (const name of await list(this.#folders.unsettled(organization))) {
        const position = `${organization}/${name}`;
        if (position > start) yield { organization, name, position };
      }
    }
  }
}

/** Sorted names in a folder, without hidden ones; empty if the folder does not exist. */
async function sortedNamesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT') || hasSystemCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}
