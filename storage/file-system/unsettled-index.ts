import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LedgerKey } from '../reference-ledger.js';
import { ensureFolder, OWNER_ONLY, syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import type { LedgerFolders } from './ledger-folders.js';

/** Where an unsettled entry stands in the index. */
export interface UnsettledPosition {
  /** The folder of its organisation. */
  readonly organization: string;
  /** The digest of its reference. */
  readonly name: string;
  /** Both, in the order in which they are listed. */
  readonly position: string;
}

/**
 * The index of unsettled entries: an empty folder for each. It is made before the entry's claim and removed after the
 * entry's last revision, so that a process that is killed in between leaves a marker too many, never one too few.
 */
export class UnsettledIndex {
  readonly #folders: LedgerFolders;

  constructor(folders: LedgerFolders) {
    this.#folders = folders;
  }

  /** Safe to repeat. */
  mark(key: LedgerKey): Promise<void> {
    const marker = this.#folders.marker(key);
    return onDisk('index an unsettled reference', async () => {
      const organization = dirname(marker);
      await ensureFolder(organization);
      await mkdir(marker, { mode: OWNER_ONLY, recursive: true });
      // Also where the marker was there already: its process may have been killed before it synced the name.
      await syncFolder(organization);
    });
  }

  /** Safe to repeat. */
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

  /** What comes after a position, in the order of organisations and names. */
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

/** What a folder holds, without what is hidden; a folder that is not there holds nothing. */
async function sortedNamesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT') || hasSystemCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}
