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
}

/** Tells one key from another and reveals neither: 128 bits of an HMAC under the key, hexadecimal. */
export function keyFingerprint({ secret }: EncryptionKey): string {
  return createHmac('sha256', secret)
    .update('signering-workflows: key fingerprint, version 1')
    .digest('hex')
    .slice(0, 32);
}

/**
 * Makes sure that every key id means the same key here as everywhere else that uses this storage. Client and worker
 * call it when they start: a payload under a key that a worker does not have stops the workflow that receives it.
 * @throws KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkKeyFingerprints(keys: EncryptionKeys, store: KeyFingerprintStore): Promise<void> {
  for (const key of keys.all) {
    const fingerprint = keyFingerprint(key);
    if ((await store.remember(key.id, fingerprint)) !== fingerprint) {
      throw new KeyMismatchError(
        `Encryption key "${key.id}" is not the key that this id stands for in the shared storage. ` +
          'Client and workers must have the same keys: correct SIGNERING_KEYS, or give a new key a new id.',
      );
    }
  }
}
