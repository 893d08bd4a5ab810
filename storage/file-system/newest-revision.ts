import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoredContentDamagedError } from '../errors/stored-content-damaged-error.js';
import { parseLedgerEntry } from '../ledger-entry.js';
import type { LedgerEntry } from '../reference-ledger.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { digestName } from './path-name.js';

const REVISION = /^([1-9][0-9]*)\.json$/u;

/**
 * What the operating system answers when the fault is this one entry's: a folder in the place of the file, a link that
 * leads nowhere, or rights that the restored file has lost. The folder could be listed just before.
 */
const FAULTS_OF_ONE_FILE = ['EISDIR', 'ENOENT', 'ELOOP', 'EACCES', 'EPERM'];

/** Which entry a folder holds. */
export interface RevisionFolder {
  readonly folder: string;
  /** The folder's own name: the digest of the entry's reference. */
  readonly name: string;
  /** For messages, such as `reference "A-1"`. */
  readonly what: string;
}

/**
 * Reads the newest revision of an entry, if there is one.
 * @throws STORED_CONTENT_DAMAGED when the fault is this entry's, STORAGE_UNAVAILABLE (retryable) when it may be everybody's
 */
export async function readNewestRevision({
  folder,
  name,
  what,
}: RevisionFolder): Promise<LedgerEntry | undefined> {
  const entryOf = `the ledger entry of ${what}`;
  const text = await onDisk('read a ledger entry', async () => {
    const revisions = (await revisionsIn(folder, entryOf)).map((file) =>
      Number(REVISION.exec(file)?.[1] ?? 0),
    );
    const newest = Math.max(0, ...revisions);
    if (newest === 0) return undefined;
    try {
      return await readFile(join(folder, `${newest}.json`), 'utf8');
    } catch (error) {
      const code = FAULTS_OF_ONE_FILE.find((one) => hasSystemCode(error, one));
      if (code === undefined) throw error;
      throw new StoredContentDamagedError(entryOf, `cannot be read (${code})`, error);
    }
  });
  if (text === undefined) return undefined;
  const entry = parseLedgerEntry(text, entryOf);
  if (digestName(entry.reference) === name) return entry;
  throw new StoredContentDamagedError(entryOf, 'is that of another reference');
}

/** An entry that was never written has no revision. */
async function revisionsIn(folder: string, entryOf: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return [];
    if (!hasSystemCode(error, 'ENOTDIR')) throw error;
    throw new StoredContentDamagedError(entryOf, 'is a file where a folder is expected', error);
  }
}
