import { SigningError } from '@signering/schema';

/**
 * DOCUMENT_MISSING: a stored document does not exist. The usual cause is that client and worker use different
 * storage. Does not cover unreachable storage: that is STORAGE_UNAVAILABLE.
 */
export class DocumentMissingError extends SigningError {
  constructor(what: string) {
    super(
      'DOCUMENT_MISSING',
      `Storage holds no ${what}. ` +
        'Set SIGNERING_STORAGE to the same storage for client and worker, or restore the file from a backup.',
      false,
    );
  }
}
