import { mkdir, open } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

/** Makes the names in a folder durable: they survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such call; NTFS journals folder changes.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Documents are personal data: new folders are accessible only to the user of this process. */
export const OWNER_ONLY = 0o700;

/** Makes a folder and its missing parents, and makes their names durable. Existing folders keep their permissions. */
export async function ensureFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  if (firstMade === undefined) return;
  // A folder's name is stored in its parent, so the parents must be synced.
  let parent = dirname(resolve(firstMade));
  await syncFolder(parent);
  for (const name of relative(parent, resolve(folder)).split(sep).slice(0, -1)) {
    parent = resolve(parent, name);
    await syncFolder(parent);
  }
}
