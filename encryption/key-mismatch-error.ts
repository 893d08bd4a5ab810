import { SigningError } from '@signering/schema';

/**
 * KEY_MISMATCH: something is encrypted under a key that this process does not have, a key id stands for two keys,
 * or what came cannot be decrypted because it was changed. Holds key ids, never a key.
 */
export class KeyMismatchError extends SigningError {
  constructor(message: string, cause?: unknown) {
    super('KEY_MISMATCH', message, false, { cause });
  }
}
