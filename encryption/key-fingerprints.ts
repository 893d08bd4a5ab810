import { createHmac } from 'node:crypto';
import { KeyMismatchError } from './key-mismatch-error.js';
import type { EncryptionKey, EncryptionKeys } from './keys.js';

/** Stores the fingerprint of each key id, for all processes that share the storage. */
export interface KeyFingerprintStore {
  /**
   * Stores the fingerprint of a key id the first time; later calls change nothing.
   * @returns the stored fingerprint
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  remember(keyId: string, fingerprint: string): Promise<string>;
  /** The stored fingerprint of a key id, if any. @throws STORAGE_UNAVAILABLE (retryable) */
  recall(keyId: string): Promise<string | undefined>;
  /** True while no fingerprint is stored. @throws STORAGE_UNAVAILABLE (retryable) */
  isEmpty(): Promise<boolean>;
}

/** Distinguishes keys without revealing them: 128 bits of an HMAC under the key, hexadecimal. */
export function keyFingerprint({ secret }: EncryptionKey): string {
  return createHmac('sha256', secret)
    .update('signering-workflows: key fingerprint, version 1')
    .digest('hex')
    .slice(0, 32);
}

/**
 * Verifies that each key id stands for the same key as in every other process on this storage, and stores new ids.
 * Workers call it at start; afterwards other processes may write under these keys.
 * @throws KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkKeyFingerprints(keys: EncryptionKeys, store: KeyFingerprintStore): Promise<void> {
  for (const key of keys) {
    const fingerprint = keyFingerprint(key);
    if ((await store.remember(key.id, fingerprint)) !== fingerprint) throw otherKey(key);
  }
}

/**
 * Verifies that workers have the keys that this client writes with. Clients call it at start: a payload under a key
 * that no worker has blocks the workflow that receives it. Passes if no worker has used the storage yet.
 * @throws KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable)
 */
export async function checkKeysOfWorkers(keys: EncryptionKeys, store: KeyFingerprintStore): Promise<void> {
  for (const key of keys) {
    const kept = await store.recall(key.id);
    if (kept !== undefined && kept !== keyFingerprint(key)) throw otherKey(key);
    if (kept === undefined && key === keys[0] && !(await store.isEmpty())) {
      throw new KeyMismatchError(
        `Encryption key "${key.id}" is a key that no worker has used yet. First give it to every worker, after the ` +
          'key that they write with, and restart them; or correct SIGNERING_KEYS.',
      );
    }
  }
}

function otherKey({ id }: EncryptionKey): KeyMismatchError {
  return new KeyMismatchError(
    `Encryption key "${id}" differs from the key that the shared storage knows by this id. ` +
      'Client and workers must have the same keys: correct SIGNERING_KEYS, or give a new key a new id.',
  );
}
