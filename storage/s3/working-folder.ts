import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { StorageUnavailableError } from '../errors.js';
import { OWNER_ONLY } from '../file-system/durable-folder.js';
import { onDisk } from '../file-system/file-system-error.js';

const ATTEMPT = 'make its working folder';

/**
 * The folder for downloads that are not verified yet, in the folder for temporary files (`TMPDIR`). Later writes remove
 * the files of killed processes, so every process of this user has the same folder.
 * @throws STORAGE_UNAVAILABLE (retryable), also when the folder is another user's
 */
export async function workingFolder(): Promise<string> {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `signering-${uid}`);
  const { owner, mode, isFolder } = await onDisk(ATTEMPT, async () => {
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
    const found = await lstat(folder);
    return { owner: found.uid, mode: found.mode, isFolder: found.isDirectory() };
  });
  const isPrivate = process.platform === 'win32' || (owner === uid && (mode & 0o077) === 0);
  if (isFolder && isPrivate) return folder;
  throw new StorageUnavailableError({
    attempt: ATTEMPT,
    reason: `others can write to ${folder}`,
    nextStep: 'Remove it, or set TMPDIR to a folder of this user.',
  });
}
