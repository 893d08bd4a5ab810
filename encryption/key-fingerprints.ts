import { createHmac } from 'node:crypto';
import { KeyMismatchError } from './key-mismatch-error.js';
import type { EncryptionKey, EncryptionKeys } from './keys.js';

/** Where the fingerprint of each key id is kept, for every process that shares the storage. */
export interface KeyFingerprintStore {
  /**
   * Keeps the fingerprint of a key id the first time; later it changes nothing.
   * @returns the fingerprint that is kept
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  remember(keyId: string, fingerprint: string): Promise<string>;
  /** The fingerprint that is kept for a key id, if there is one. @throws STORAGE_UNAVAILABLE (retryable) */
  recall(keyId: string): Promise<string | undefined>;
  /** True while no key id has a fingerprint. @throws STORAGE_UNAVAILABLE (retryable) */
  isEmpty(): Promise<boolean>;
}

/** Tells one key from another and reveals neither: 128 bits of an HMAC under the key, hexadecimal. */
export function keyFingerprint({ secret }: EncryptionKey): string {
  return createHmac('sha256', secret)
    .update('signering-workflows: key fingerprint, version 1')
    .digest('hex')
    .slice(0, 32);
}

/**
 * Makes sure that every key id means the same key here as everywhere else that uses this storage, and keeps those that
 * are new. A worker calls it when it starts: from then on others may write under its keys.
 * @throws KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkKeyFingerprints(keys: EncryptionKeys, store: KeyFingerprintStore): Promise<void> {
  for (const key of keys.all) {
    const fingerprint = keyFingerprint(key);
    if ((await store.remember(key.id, fingerprint)) !== fingerprint) throw otherKey(key);
  }
}

/**
 * Makes sure that workers can read what is written here. A client calls it when it starts: a payload under a key that
 * no worker has stops the workflow that receives it. Where no worker has ever been, nothing can be said yet.
 * @throws KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkKeysOfWorkers(keys: EncryptionKeys, store: KeyFingerprintStore): Promise<void> {
  for (const key of keys.all) {
    const kept = await store.recall(key.id);
    if (kept !== undefined && kept !== keyFingerprint(key)) throw otherKey(key);
    if (kept === undefined && key === keys.current && !(await store.isEmpty())) {
      throw new KeyMismatchError(
        `Encryption key "${key.id}" is one that no worker has used yet. Give it to every worker first, behind the ` +
          'key that they write with, and start them again; or correct SIGNERING_KEYS.',
      );
    }
  }
}

function otherKey({ id }: EncryptionKey): KeyMismatchError {
  return new KeyMismatchError(
    `Encryption key "${id}" is not the key that this id stands for in the shared storage. ` +
      'Client and workers must have the same keys: correct SIGNERING_KEYS, or give a new key a new id.',
  );
}
