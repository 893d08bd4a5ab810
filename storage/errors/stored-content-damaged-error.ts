import { SigningError } from '@signering/schema';

/**
 * STORED_CONTENT_DAMAGED: stored content differs from what was written: another digest or size, or an unreadable
 * ledger entry. The file was changed, or the disk is damaged. Does not cover incomplete downloads.
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
