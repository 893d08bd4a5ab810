import { StorageMismatchError, StorageUnavailableError } from './errors.js';

/**
 * Identity of a storage: a random id, written once by the first worker and copied when storage is moved. Client and
 * worker compare it, because they may be configured with different folders.
 */
export interface StorageIdentity {
  /**
   * Reads the id each time, so that an unmounted volume is detected.
   * @returns undefined if no worker has used this storage
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(): Promise<string | undefined>;
  /** Writes a new id if there is none. @returns the effective id @throws STORAGE_UNAVAILABLE (retryable) */
  ensure(): Promise<string>;
}

/** The id of a storage that a worker has used. @throws STORAGE_UNAVAILABLE (retryable) when it has none */
export async function demandStorageId(identity: StorageIdentity): Promise<string> {
  const id = await identity.find();
  if (id !== undefined) return id;
  throw new StorageUnavailableError({
    attempt: 'find its identity (storage-identity.json)',
    reason: 'the folder or bucket of SIGNERING_STORAGE has none, so no worker has used it',
    nextStep:
      'Mount its volume, correct SIGNERING_STORAGE, or start a worker on it: it writes the identity. ' +
      'After moving or restoring storage, copy storage-identity.json too.',
  });
}

/**
 * Verifies that this storage is the one that a job was started on.
 * @throws STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable)
 */
export async function checkStorageId(identity: StorageIdentity, expected: string): Promise<void> {
  const here = await demandStorageId(identity);
  if (here !== expected)
    throw new StorageMismatchError({ here, there: expected, whose: 'the job was started on' });
}
