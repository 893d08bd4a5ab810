import { SigningError } from '@signering/schema';

/**
 * KEY_MISMATCH: a payload is encrypted under a key that this process does not have, one key id stands for two keys,
 * or encrypted data was changed. The message holds key ids, never a key.
 */
export class KeyMismatchError extends SigningError {
  constructor(message: string, cause?: unknown) {
    super('KEY_MISMATCH', message, { cause });
  }
}
