import { SigningError } from '@signering/schema';

/**
 * ARCHIVE_CONFLICT: other bytes stand under this name in the archive already, and the archive is written once.
 * The same bytes again are no conflict.
 */
export class ArchiveConflictError extends SigningError {
  constructor(folder: string, name: string, signatureJobId: string) {
    super(
      'ARCHIVE_CONFLICT',
      `The archive already holds other content as ${name} in ${folder}, and nothing in it is ever overwritten. ` +
        'Compare the two; if the archived one is wrong, move it away by hand, then repeat.',
      false,
      { signatureJobId },
    );
  }
}
