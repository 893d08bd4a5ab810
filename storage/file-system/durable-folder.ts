import { mkdir, open } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

/** Makes the names in a folder last: after a power cut it still lists what it lists now. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such call; NTFS journals its folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Documents are personal: what is made here is for the user that this process runs as, unless somebody opens it. */
export const OWNER_ONLY = 0o700;

/** Makes a folder with all that lead to it, and makes their names last. Folders that are there stay as they are. */
export async function ensureFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  if (firstMade === undefined) return;
  // Each new folder's name stands in its parent, so the parents are what has to be synced.
  let parent = dirname(resolve(firstMade));
  await syncFolder(parent);
  for (const name of relative(parent, resolve(folder)).split(sep).slice(0, -1)) {
    parent = resolve(parent, name);
    await syncFolder(parent);
  }
}
