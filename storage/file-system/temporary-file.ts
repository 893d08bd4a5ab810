import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode } from './file-system-error.js';

/** Files are written once, so the owner cannot write; they hold personal data, so only the owner can read. */
const READ_ONLY = 0o400;
/** No writer needs a day for one file; older temporary files belong to processes that ended on another machine. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** The leading dot hides the file from people who browse the folder. */
const TEMPORARY = /^\.([0-9a-f]{8})-([0-9]+)-[0-9a-f-]{36}\.tmp$/u;

/** The content of {@link writeTemporary}. */
interface TemporaryContent {
  readonly fill: (handle: FileHandle) => Promise<void>;
  /** May read what `fill` wrote. It has ended when the file is removed or its path is returned. @default nothing */
  readonly whileSyncing?: (handle: FileHandle) => Promise<void>;
}

/**
 * Writes a file under a temporary name in its final folder, synced and read-only; a missing folder is made, and is durable
 * when this returns. If a function of the content throws, the file is removed.
 */
export async function writeTemporary(
  folder: string,
  { fill, whileSyncing }: TemporaryContent,
): Promise<string> {
  const path = join(folder, `.${HOST}-${process.pid}-${randomUUID()}.tmp`);
  const made = await sweepOrMake(folder);
  // The mode does not bind the returned handle.
  const handle = await open(path, 'wx+', READ_ONLY);
  try {
    await fill(handle);
    const ends = await Promise.allSettled([handle.sync(), made?.durable, whileSyncing?.(handle)]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await discardTemporary(path);
    throw error;
  }
  return path;
}

async function sweepOrMake(folder: string): ReturnType<typeof makeFolder> {
  try {
    await sweepTemporaries(folder);
  } catch (error) {
    if (!hasSystemCode(error, 'ENOENT')) throw error;
    return makeFolder(folder);
  }
  return undefined;
}

/** Removes a temporary file, if it still exists. */
export async function discardTemporary(path: string): Promise<void> {
  // Ignores failures: a later sweep removes the file, and the caller's own error is the relevant one.
  await unlink(path).catch(() => undefined);
}

/**
 * Renames a temporary file unless the target exists, and makes the name durable. The temporary name is removed in any
 * case.
 * @returns whether the target was free
 */
export async function publishIfAbsent(temporary: string, target: string): Promise<boolean> {
  try {
    // link() fails on an existing name on every POSIX file system; rename() overwrites it.
    await link(temporary, target);
    return true;
  } catch (error) {
    if (!hasSystemCode(error, 'EEXIST')) throw error;
    return false;
  } finally {
    await discardTemporary(temporary);
    // Also when the target existed: its writer may not have synced the name yet.
    await syncFolder(dirname(target));
  }
}

/** Renames a temporary file, atomically replacing the target, and makes the name durable. */
export async function publishInPlaceOf(temporary: string, target: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    await discardTemporary(temporary);
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Removes the temporary files of ended processes from a folder; those of running processes stay. */
export async function sweepTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (host === undefined || pid === undefined) continue;
    const path = join(folder, name);
    const abandoned = host === HOST && !isAlive(Number(pid)) ? true : await isOld(path);
    if (abandoned) await discardTemporary(path);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return !hasSystemCode(error, 'ESRCH');
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return false;
    throw error;
  }
}
