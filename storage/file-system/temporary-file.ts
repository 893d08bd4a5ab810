import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureFolder, syncFolder } from './durable-folder.js';
import { hasSystemCode } from './file-system-error.js';

/** Written once and never changed, so not even the owner may write; personal data, so only the owner may read. */
const READ_ONLY = 0o400;
/** Nobody writes one file for a day; older temporaries belong to processes that ended on another machine. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** The leading dot keeps it out of the sight of people who browse. */
const TEMPORARY = /^\.([0-9a-f]{8})-([0-9]+)-[0-9a-f-]{36}\.tmp$/u;

/**
 * Writes a file under a temporary name in the folder where it is to stay, synced and read-only.
 * If `fill` throws, nothing remains.
 */
export async function writeTemporary(
  folder: string,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<string> {
  await ensureFolder(folder);
  await sweepTemporaries(folder);
  const path = join(folder, `.${HOST}-${process.pid}-${randomUUID()}.tmp`);
  const handle = await open(path, 'wx', 0o600);
  try {
    await fill(handle);
    await handle.chmod(READ_ONLY);
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => undefined);
    await discardTemporary(path);
    throw error;
  }
  return path;
}

/** Removes a temporary that is not wanted; one that is gone already is fine. */
export async function discardTemporary(path: string): Promise<void> {
  // What cannot be removed now is swept later; the error that led here is the one worth telling.
  await unlink(path).catch(() => undefined);
}

/**
 * Gives a temporary its name unless that name is taken, and makes the name last. The temporary is gone afterwards.
 * @returns whether the name was free
 */
export async function publishIfAbsent(temporary: string, target: string): Promise<boolean> {
  try {
    // link() is the one call that refuses an existing name on every POSIX file system; rename() overwrites.
    await link(temporary, target);
    return true;
  } catch (error) {
    if (!hasSystemCode(error, 'EEXIST')) throw error;
    return false;
  } finally {
    await discardTemporary(temporary);
    // Also when the name was taken: whoever took it may not have got as far as syncing it.
    await syncFolder(dirname(target));
  }
}

/** Gives a temporary its name, replacing what stands there in one step, and makes the name last. */
export async function publishInPlaceOf(temporary: string, target: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    await discardTemporary(temporary);
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Removes what killed processes left in a folder; temporaries of living ones stay. */
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
    // EPERM: it lives, under another user.
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
