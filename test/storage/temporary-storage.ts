import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStorage, type Storage } from '@signering/storage';

/** Storage in a temporary folder, for one test. */
export interface TemporaryStorage {
  readonly root: string;
  readonly storage: Storage;
  readonly remove: () => Promise<void>;
}

export async function openTemporaryStorage(): Promise<TemporaryStorage> {
  const root = await mkdtemp(join(tmpdir(), 'signering-storage-'));
  const storage = await openFileStorage({ root, create: true });
  return { root, storage, remove: () => rm(root, { recursive: true, force: true }) };
}
