import { SigningError } from '@signering/schema';

/**
 * TOO_MANY_EXIT_VISITS: this process has handed in too many wrong tokens of exit URLs without a proof, so this one was
 * not handed in. Not for visits with a proof, and not for what the job itself refuses.
 */
export class TooManyExitVisitsError extends SigningError {
  constructor(reference: string, retryAfterMs: number) {
    super(
      'TOO_MANY_EXIT_VISITS',
      `The status query token for reference "${reference}" was not handed in: this process has had too many wrong ones at ` +
        'exit URLs without a proof. Try again later, and make exit URLs with exitUrlsFor: visits with a proof have no such limit.',
      true,
      { reference, retryAfterMs },
    );
  }
}
