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

/** Makes a folder with all that lead to it, and makes their names last. */
export async function ensureFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true });
  if (firstMade === undefined) return;
  // Each new folder's name stands in its parent, so the parents are what has to be synced.
  let parent = dirname(resolve(firstMade));
  await syncFolder(parent);
  for (const name of relative(parent, resolve(folder)).split(sep).slice(0, -1)) {
    parent = resolve(parent, name);
    await syncFolder(parent);
  }
}
