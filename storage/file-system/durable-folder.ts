import { mkdir, open } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

/** A sync of a folder that this process has begun, and the one that follows it. */
interface FolderSync {
  readonly running: Promise<void>;
  next?: Promise<void>;
}

/** The folders that are being synced. */
const syncs = new Map<string, FolderSync>();

/**
 * Makes the names in a folder durable: they survive a power failure. Calls that come while the folder is being synced share
 * the next sync, because the running one may have begun before their change.
 */
export function syncFolder(folder: string): Promise<void> {
  const sync = syncs.get(folder);
  if (sync === undefined) return beginSync(folder);
  sync.next ??= sync.running.then(
    () => beginSync(folder),
    () => beginSync(folder),
  );
  return sync.next;
}

function beginSync(folder: string): Promise<void> {
  const running = syncNow(folder).finally(() => {
    if (sync.next === undefined) syncs.delete(folder);
  });
  const sync: FolderSync = { running };
  syncs.set(folder, sync);
  return running;
}

async function syncNow(folder: string): Promise<void> {
  // Windows has no such call; NTFS journals folder changes.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Documents are personal data: new folders are accessible only to the user of this process. */
export const OWNER_ONLY = 0o700;

/** A folder that {@link makeFolder} made. */
interface MadeFolder {
  /** Settles when its name and those of its parents survive a power failure. A rejection that is not awaited is not reported. */
  readonly durable: Promise<void>;
}

/** Makes a folder and its missing parents. Existing folders keep their permissions. Undefined when it is there. */
export async function makeFolder(folder: string): Promise<MadeFolder | undefined> {
  const firstMade = await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  if (firstMade === undefined) return undefined;
  const durable = syncParents(firstMade, folder);
  durable.catch(() => undefined);
  return { durable };
}

/**
 * Makes a folder and its missing parents, and makes their names durable. Existing folders keep their permissions.
 * @returns whether this call made it
 */
export async function ensureFolder(folder: string): Promise<boolean> {
  const made = await makeFolder(folder);
  await made?.durable;
  return made !== undefined;
}

/** A folder's name is stored in its parent, so the parents must be synced. */
async function syncParents(firstMade: string, folder: string): Promise<void> {
  let parent = dirname(resolve(firstMade));
  await syncFolder(parent);
  for (const name of relative(parent, resolve(folder)).split(sep).slice(0, -1)) {
    parent = resolve(parent, name);
    await syncFolder(parent);
  }
}
