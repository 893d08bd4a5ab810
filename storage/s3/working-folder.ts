import { lstat, mkdir, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageUnavailableError } from '../errors.js';
import { OWNER_ONLY } from '../file-system/durable-folder.js';
import { hasSystemCode, onDisk } from '../file-system/file-system-error.js';
import { discardTemporary, writeTemporary } from '../file-system/temporary-file.js';

const ATTEMPT = 'make its working folder';

/**
 * The folder for downloads that are not verified yet, in the folder for temporary files (`TMPDIR`). Later writes remove
 * the files of killed processes, so every process of this user has the same folder.
 * @throws STORAGE_UNAVAILABLE (retryable), also when the folder is another user's
 */
export async function workingFolder(): Promise<string> {
  // Not userInfo(), which throws for a user id without an entry in the user database, as containers often have.
  // Windows has no user ids; its folder for temporary files is the user's own.
  const uid = process.getuid?.();
  const folder = join(tmpdir(), uid === undefined ? 'signering' : `signering-${uid}`);
  const { owner, mode, isFolder } = await inTemporaryFolder(ATTEMPT, async () => {
    await makeFolder(folder);
    const found = await lstat(folder);
    return { owner: found.uid, mode: found.mode, isFolder: found.isDirectory() };
  });
  const isPrivate = uid === undefined || (owner === uid && (mode & 0o077) === 0);
  if (isFolder && isPrivate) return folder;
  throw new StorageUnavailableError({
    attempt: ATTEMPT,
    reason: `others can write to ${folder}`,
    nextStep: 'Remove it, or set TMPDIR to a folder of this user.',
  });
}

/** Writes and removes a file in the working folder. @throws STORAGE_UNAVAILABLE (retryable) */
export async function probeWorkingFolder(): Promise<void> {
  const folder = await workingFolder();
  await inTemporaryFolder('write to its working folder', async () => {
    const fill = (handle: FileHandle) => handle.writeFile('probe');
    await discardTemporary(await writeTemporary(folder, { fill }));
  });
}

/** Does not create TMPDIR itself: its volume may not be mounted. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: OWNER_ONLY });
  } catch (error) {
    if (!hasSystemCode(error, 'EEXIST')) throw error;
  }
}

/** As {@link onDisk}, whose next steps are about the folder of the storage. */
async function inTemporaryFolder<T>(attempt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await onDisk(attempt, work);
  } catch (error) {
    const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
    if (!(error instanceof StorageUnavailableError) || cause?.code === undefined) throw error;
    throw new StorageUnavailableError({
      attempt,
      reason: `the operating system returned ${cause.code} in ${tmpdir()}`,
      nextStep:
        'Set TMPDIR to a folder in which this user can write files, with a volume that has free space.',
      cause,
    });
  }
}
