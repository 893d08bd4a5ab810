import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Keys take a second to make: the first sandbox of a test run makes them, the others get the same. */
let kept: ReadonlyMap<string, Buffer> | undefined;

/** Puts the certificates of an earlier sandbox into a new state folder, if there was one. */
export async function lendCertificates(stateFolder: string): Promise<void> {
  if (kept === undefined) return;
  const folder = join(stateFolder, 'certificates');
  await mkdir(folder);
  for (const [name, content] of kept) await writeFile(join(folder, name), content);
}

/** Remembers the certificates that a sandbox has made. */
export async function keepCertificates(stateFolder: string): Promise<void> {
  const folder = join(stateFolder, 'certificates');
  kept ??= new Map(
    await Promise.all(
      (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const),
    ),
  );
}
