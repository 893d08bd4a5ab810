import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoredContentDamagedError, StorageUnavailableError } from '../errors.js';
import { hasSystemCode, onDisk } from './file-system-error.js';

const REVISION = /^([1-9][0-9]*)\.json$/u;

/**
 * Error codes when an entry's file is not a file: a folder in its place, or a broken link. Its folder could be listed
 * just before.
 */
const NO_FILE = ['EISDIR', 'ENOENT', 'ELOOP'];

/** Error codes when an entry's folder is not a folder. */
const NO_FOLDER = ['ENOTDIR', 'ELOOP'];

/**
 * Missing permissions, for example of an entry that another user wrote. They can be repaired, so the error is
 * retryable.
 */
const NO_PERMISSION = ['EACCES', 'EPERM'];

/**
 * Reads the newest revision in an entry's folder, if there is one; `entryOf` names the entry in messages.
 * @throws STORED_CONTENT_DAMAGED when this entry is damaged; STORAGE_UNAVAILABLE (retryable), with `isOfOneEntry`
 *   when only this entry's permissions are missing
 */
export async function readNewestRevision(folder: string, entryOf: string): Promise<string | undefined> {
  return onDisk('read a ledger entry', async () => {
    const revisions = (await revisionsIn(folder, entryOf)).map((file) =>
      Number(REVISION.exec(file)?.[1] ?? 0),
    );
    const newest = Math.max(0, ...revisions);
    if (newest === 0) return undefined;
    try {
      return await readFile(join(folder, `${newest}.json`), 'utf8');
    } catch (error) {
      const code = NO_FILE.find((one) => hasSystemCode(error, one));
      if (code !== undefined) {
        throw new StoredContentDamagedError(entryOf, `cannot be read (${code})`, error);
      }
      throw isRefused(error) ? notPermitted(entryOf, error) : error;
    }
  });
}

/** Revision files of an entry; none for one that was never written. */
async function revisionsIn(folder: string, entryOf: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return [];
    const isNoFolder = NO_FOLDER.some((code) => hasSystemCode(error, code));
    if (!isNoFolder && !isRefused(error)) throw error;
    // Throws if the fault affects all entries.
    await lstat(folder);
    if (isRefused(error)) throw notPermitted(entryOf, error);
    throw new StoredContentDamagedError(entryOf, 'is not a folder', error);
  }
}

function isRefused(error: unknown): boolean {
  return NO_PERMISSION.some((code) => hasSystemCode(error, code));
}

function notPermitted(entryOf: string, cause: unknown): StorageUnavailableError {
  return new StorageUnavailableError({
    attempt: `read ${entryOf}`,
    reason: 'this process has no permission to read its folder or file',
    nextStep: "Make the worker's user their owner; clients must run as the same user.",
    cause,
    isOfOneEntry: true,
  });
}
