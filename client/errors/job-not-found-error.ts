import { maskElevenDigits, SigningError } from '@signering/schema';

/**
 * JOB_NOT_FOUND: nothing is known of this reference for this organisation; or it was claimed, and its process never
 * started. Not for jobs that have ended: those are described by what storage holds.
 */
export class JobNotFoundError extends SigningError {
  constructor(asked: string, { claimed = false }: { readonly claimed?: boolean } = {}) {
    // No job has such a reference, but somebody may have asked for one by an identity number.
    const reference = maskElevenDigits(asked);
    super(
      'JOB_NOT_FOUND',
      claimed
        ? `Reference "${reference}" was taken, but its signing process is not there. ` +
            'Send exactly the same job again: it goes on from where it stopped.'
        : `There is no job with reference "${reference}" for this organisation. ` +
            'Check the reference (upper and lower case differ) and SIGNERING_ORGANIZATION.',
      false,
      { reference },
    );
  }
}
