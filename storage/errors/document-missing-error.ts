import { SigningError } from '@signering/schema';

/**
 * DOCUMENT_MISSING: a document that was put into storage is not there. The usual cause is that client and worker
 * use different storage. Does not cover storage that cannot be reached at all: that is STORAGE_UNAVAILABLE.
 */
export class DocumentMissingError extends SigningError {
  constructor(what: string) {
    super(
      'DOCUMENT_MISSING',
      `Storage holds no ${what}. ` +
        'Let SIGNERING_STORAGE name the same storage for client and worker, or restore the file from a backup.',
      false,
    );
  }
}
