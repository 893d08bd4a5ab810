import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What every unfinished write of {@link writeDurably} is named like, so that a start can tell them apart. */
const TEMPORARY_SUFFIX = '.tmp';

/**
 * Replaces a file as a whole: after a crash at any moment the old content is there or the new one, and when this
 * resolves it is the new one.
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

/** Clears away the unfinished writes that a crash has left in a folder. */
export async function clearUnfinishedWrites(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY_SUFFIX));
  for (const name of left) await rm(join(folder, name), { force: true });
}

/** Makes the names in a folder as durable as the files they name. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
