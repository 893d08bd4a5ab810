import { SigningError } from '@signering/schema';

/** The constructor's argument of {@link TemporalUnavailableError}. */
export interface TemporalUnavailableOptions {
  /** What came back: the rest of a sentence that begins with Temporal's address. */
  readonly reason: string;
  readonly nextStep: string;
  readonly cause?: unknown;
}

/**
 * TEMPORAL_UNAVAILABLE: Temporal does not answer at its address, refuses us, is not set up yet, or nobody works for it.
 * Every call of the client may be repeated: a job is started once, however often it is handed in.
 */
export class TemporalUnavailableError extends SigningError {
  constructor(address: string, { reason, nextStep, cause }: TemporalUnavailableOptions) {
    super('TEMPORAL_UNAVAILABLE', `Temporal at ${address} ${reason}. ${nextStep}`, true, { cause });
  }
}
