import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who this process is among those that share a folder. */
export interface RollPlace {
  /** From 0. */
  readonly number: number;
  /** How many are there, this one included. */
  readonly present: number;
}

/** How often a process says that it is there, in milliseconds. */
const RENEW_MS = 3000;

/** Who has not said so for that long is gone, in milliseconds. */
const GONE_AFTER_MS = 15_000;

/** Nothing else in the folder is looked at, or removed. */
const OWN_FILE = /^[0-9a-f-]{36}\.process$/u;

/** The argument of {@link joinRoll}. */
export interface JoinRollOptions {
  /** Shared by all the processes; made when it is not there. */
  readonly folder: string;
  /** Told at each change. Undefined: the folder cannot be used, so nothing is known of the others. */
  readonly onChange: (place: RollPlace | undefined) => void;
}

/**
 * Says in a folder, now and then, that this process is there, and counts who else does. A place is the order of random
 * names: nobody decides it, so nobody has to be asked. Ages are told by the folder's own file times, which may run
 * unlike this machine's clock. Call what is returned to leave.
 */
export function joinRoll({ folder, onChange }: JoinRollOptions): () => Promise<void> {
  const name = `${randomUUID()}.process`;
  const file = join(folder, name);
  let known: RollPlace | undefined;
  let left = false;
  let timer: NodeJS.Timeout | undefined;

  async function renew(): Promise<void> {
    let place: RollPlace | undefined;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // With content, so that the file's time changes on every file system.
      await writeFile(file, name);
      place = await placeOf(folder, name);
    } catch {
      // A folder that comes and goes costs calls, never the service's patience: alone, the process calls less.
      place = undefined;
    }
    if (left) return;
    if (place?.number !== known?.number || place?.present !== known?.present) onChange(place);
    known = place;
    timer = setTimeout(() => {
      current = renew();
    }, RENEW_MS).unref();
  }

  let current = renew();
  return async () => {
    left = true;
    clearTimeout(timer);
    await current;
    await rm(file, { force: true }).catch(() => undefined);
  };
}

async function placeOf(folder: string, name: string): Promise<RollPlace> {
  const { mtimeMs: now } = await stat(join(folder, name));
  const present: string[] = [];
  for (const other of (await readdir(folder)).filter((entry) => OWN_FILE.test(entry)).sort()) {
    const age = await stat(join(folder, other)).then(
      ({ mtimeMs }) => now - mtimeMs,
      // It has left meanwhile.
      () => Infinity,
    );
    if (age <= GONE_AFTER_MS) present.push(other);
    else await rm(join(folder, other), { force: true });
  }
  return { number: present.indexOf(name), present: present.length };
}
