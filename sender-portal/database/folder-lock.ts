import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import { z } from 'zod';

const Holder = z.object({
  id: z.string(),
  pid: z.number(),
  /** Two containers may both have a process 1. */
  host: z.string(),
  /** Of the process, as the kernel counts; empty where it does not say. Another process may get the same pid later. */
  startTime: z.string(),
});
type Holder = z.infer<typeof Holder>;

/**
 * Locks the folder of an embedded database for this process, because two processes damage its tables. The lock of a
 * process of this host that has ended is taken over.
 * @throws INVALID_SETTINGS while another process has it
 */
export function lockFolder(folder: string): { readonly release: () => void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = `${folder.replace(/\/+$/u, '')}.lock`;
  const own: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    startTime: startTimeOf(process.pid),
  };
  const prepared = `${file}.${own.id}`;
  writeFileSync(prepared, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
  try {
    if (take(prepared, file) || (removeStale(file) && take(prepared, file))) {
      return { release: () => void removeIf(file, ({ id }) => id === own.id) };
    }
  } finally {
    rmSync(prepared, { force: true });
  }
  const message = `${folder} is used by another sender portal: stop it first. If none runs, remove ${file}`;
  throw new InvalidInputError('INVALID_SETTINGS', 'The sender portal cannot start', [
    { path: 'SIGNERING_PORTAL_DATABASE', message },
  ]);
}

/** A link is made whole or not at all: the lock is never seen without its content. */
function take(prepared: string, file: string): boolean {
  try {
    linkSync(prepared, file);
    return true;
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** @returns false while the lock is held */
function removeStale(file: string): boolean {
  const holder = read(file);
  if (holder === undefined) return true;
  return !isHeld(holder) && removeIf(file, ({ id }) => id === holder.id);
}

/** Removes the lock if it is the one that is meant, also while other processes take and remove it. */
function removeIf(file: string, isMeant: (holder: Holder) => boolean): boolean {
  const current = read(file);
  if (current === undefined || !isMeant(current)) return current === undefined;
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw error;
    return true;
  }
  const moved = read(aside);
  const isRight = moved === undefined || isMeant(moved);
  // Another process took the lock between the two steps: it gets it back.
  if (!isRight) take(aside, file);
  rmSync(aside, { force: true });
  return isRight;
}

/** @returns undefined where there is no lock; a lock of another form is held by a process that is not known */
function read(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return { id: text, pid: Number(text), host: hostname(), startTime: '' };
  }
}

function isHeld({ pid, host, startTime }: Holder): boolean {
  // A process of another host, or of another container, cannot be seen from here.
  if (host !== hostname()) return true;
  if (!isRunning(pid)) return false;
  return startTime === '' || startTime === startTimeOf(pid);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists too.
    return errorCodeOf(error) === 'EPERM';
  }
}

/** Spec: proc(5), /proc/PID/stat, field 22. The name before it may have blanks and parentheses. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
