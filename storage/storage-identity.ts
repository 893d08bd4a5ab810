import { StorageMismatchError } from './errors/storage-mismatch-error.js';
import { StorageUnavailableError } from './errors/storage-unavailable-error.js';

/**
 * Tells one storage from another: a random id, written once by the first worker and copied along when storage is moved.
 * Client and worker compare it, because each of them may look at another folder.
 */
export interface StorageIdentity {
  /**
   * Reads the id each time, so that a volume that was unmounted in the meantime is noticed.
   * @returns undefined while no worker has used this storage
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(): Promise<string | undefined>;
  /** Writes a new id unless there is one. @returns the id that counts @throws STORAGE_UNAVAILABLE (retryable) */
  ensure(): Promise<string>;
}

/** The id of a storage that a worker has used. @throws STORAGE_UNAVAILABLE (retryable) when it has none */
export async function demandStorageId(identity: StorageIdentity): Promise<string> {
  const id = await identity.find();
  if (id !== undefined) return id;
  throw new StorageUnavailableError({
    attempt: 'find its identity (storage-identity.json)',
    reason: 'the folder of SIGNERING_STORAGE has none, so no worker has used it',
    nextStep:
      'Mount its volume, correct SIGNERING_STORAGE, or start a worker on this folder: it writes the identity. ' +
      'When you moved or restored storage, copy storage-identity.json along.',
  });
}

/**
 * Makes sure that this storage is the one that a job was started on.
 * @throws STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable)
 */
export async function checkStorageId(identity: StorageIdentity, expected: string): Promise<void> {
  const here = await demandStorageId(identity);
  if (here !== expected)
    throw new StorageMismatchError({ here, there: expected, whose: 'the job was started on' });
}
