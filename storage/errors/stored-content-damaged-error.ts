import { SigningError } from '@signering/schema';

/**
 * STORED_CONTENT_DAMAGED: what was read back is not what was written: another digest or size, or a ledger entry
 * that cannot be read. Somebody changed the file, or the disk did. Not for content that never arrived whole.
 */
export class StoredContentDamagedError extends SigningError {
  constructor(what: string, found: string, cause?: unknown) {
    super(
      'STORED_CONTENT_DAMAGED',
      `Stored content is damaged: ${what} ${found}. Check the disk, and restore the file from a backup.`,
      false,
      { cause },
    );
  }
}
