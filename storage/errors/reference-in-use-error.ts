import { SigningError } from '@signering/schema';

/**
 * REFERENCE_IN_USE: the reference belongs to a job with other content. The same reference with the same content is
 * not an error: it returns the existing job.
 */
export class ReferenceInUseError extends SigningError {
  constructor(reference: string, claimedAt: string) {
    super(
      'REFERENCE_IN_USE',
      `Reference "${reference}" was taken on ${claimedAt.slice(0, 10)} for a job with other content ` +
        '(documents, signers, texts or terms differ). Choose another reference, or submit exactly the same job to get ' +
        'the existing one.',
      false,
      { reference },
    );
  }
}
