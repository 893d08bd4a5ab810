import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Pattern of the temporary file names of {@link writeDurably}, by which a start finds unfinished writes. */
const TEMPORARY_SUFFIX = '.tmp';

/**
 * Replaces a file atomically: after a crash it has the old or the new content, and once this resolves the new one.
 */
export async function writeDurably(
  file: string,
  content: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = `${file}.${randomUUID()}${TEMPORARY_SUFFIX}`;
  const handle = await open(temporary, 'wx', options.mode ?? 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

/** Removes unfinished writes after a crash from a folder. */
export async function clearUnfinishedWrites(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
  for (const name of left) await rm(join(folder, name), { force: true });
}

/** Makes the names in a folder durable, with fsync. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
