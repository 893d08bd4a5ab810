import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that is there. */
export const PRESENT = '.process';

/** A process that has, or wants, one of the calls that do not divide evenly. */
export const CLAIM = '.one-more';

/** Who has not written its file anew for that long is gone, in milliseconds. */
export const GONE_AFTER_MS = 15_000;

/** Nothing else in the folder is looked at, or removed. */
const OWN_FILE = /^[0-9a-f-]{36}\.(?:process|one-more)$/u;

/** Who is there, and who claims a call; names of files, in order. */
export interface Roll {
  readonly present: readonly string[];
  readonly claims: readonly string[];
}

/**
 * Reads the roll as the owner of one of its files, and removes what the gone have left. Ages are told by the folder's
 * own file times, which may run unlike this machine's clock.
 */
export async function readRoll(folder: string, ownFile: string): Promise<Roll> {
  const { mtimeMs: now } = await stat(join(folder, ownFile));
  const there: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => OWN_FILE.test(name)).sort()) {
    const age = await stat(join(folder, file)).then(
      ({ mtimeMs }) => now - mtimeMs,
      // It has left meanwhile.
      () => Infinity,
    );
    if (age <= GONE_AFTER_MS) there.push(file);
    else await rm(join(folder, file), { force: true });
  }
  return {
    present: there.filter((file) => file.endsWith(PRESENT)),
    claims: there.filter((file) => file.endsWith(CLAIM)),
  };
}
