import { SigningError } from '@signering/schema';

/**
 * ARCHIVE_CONFLICT: the archive already holds other bytes under this name, and archived files are never overwritten.
 * Identical bytes are not a conflict.
 */
export class ArchiveConflictError extends SigningError {
  constructor(folder: string, name: string, signatureJobId: string) {
    super(
      'ARCHIVE_CONFLICT',
      `Cannot archive ${name} in ${folder}: the archive already holds other content under that name and is never overwritten. ` +
        'Compare the two; if the archived one is wrong, move it away manually and retry.',
      false,
      { signatureJobId },
    );
  }
}
