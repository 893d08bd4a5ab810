import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PRESENT, readRoll } from './roll-folder.js';
import { spareCalls } from './share-of-calls.js';
import { SpareCall } from './spare-call.js';

/** What this process knows of those that share a folder. */
export interface RollPlace {
  /** How many are there, this one included. */
  readonly present: number;
  /** Until when, on its own clock, this process may make one of the calls that do not divide evenly; absent: not. */
  readonly oneMoreUntil?: number;
}

/** How often a process says that it is there, in milliseconds. */
const RENEW_MS = 3000;

/** The argument of {@link joinRoll}. */
export interface JoinRollOptions {
  /** Shared by all the processes; made when it is not there. */
  readonly folder: string;
  /** How many are to come. The calls that do not divide evenly are had only while exactly these are there. */
  readonly processes: number;
  /** True when no more calls are under way than this process' even share. */
  readonly mayGiveBack: () => boolean;
  /** Told each time it looks. Undefined: the folder cannot be used, so nothing is known of the others. */
  readonly onLook: (place: RollPlace | undefined) => void;
}

/**
 * Says in a folder, now and then, that this process is there, counts who else does, and shares out the calls that do
 * not divide evenly: they go to the first by their random names, so nobody has to decide it. Call what is returned to
 * leave.
 */
export function joinRoll({ folder, processes, mayGiveBack, onLook }: JoinRollOptions): () => Promise<void> {
  const file = `${randomUUID()}${PRESENT}`;
  const spare = spareCalls(processes);
  const spareCall = new SpareCall({ folder, spare, mayGiveBack });
  let left = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<RollPlace> {
    const began = performance.now();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // With content, so that the file's time changes on every file system.
    await writeFile(join(folder, file), file, { mode: 0o600 });
    const { present } = await readRoll(folder, file);
    const alone = { present: present.length };
    if (present.length === processes && present.indexOf(file) < spare) {
      const oneMoreUntil = await spareCall.take(began, file);
      return oneMoreUntil === undefined ? alone : { ...alone, oneMoreUntil };
    }
    // Before it is given back, it must no longer be used.
    if (!left) onLook(alone);
    await spareCall.giveBack();
    return alone;
  }

  async function renew(): Promise<void> {
    // A folder that comes and goes costs calls, never the service's patience: alone, the process calls less.
    const place = await look().catch(() => undefined);
    if (left) return;
    onLook(place);
    timer = setTimeout(() => {
      current = renew();
    }, RENEW_MS).unref();
  }

  let current = renew();
  return async () => {
    left = true;
    clearTimeout(timer);
    await current;
    await Promise.allSettled([spareCall.leave(), rm(join(folder, file), { force: true })]);
  };
}
