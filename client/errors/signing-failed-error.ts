import { type ErrorCode, SigningError } from '@signering/schema';

/** The constructor's argument of {@link SigningFailedError}. */
export interface SigningFailedOptions {
  readonly reference: string;
  /** What the process failed with. */
  readonly code: ErrorCode;
  readonly reason: string;
  readonly cause?: unknown;
  /** The service's own explanation, where the service refused the job. */
  readonly serviceMessage?: string;
}

/**
 * The signing process of a reference has failed: `code` says with what. It will not go on by itself. A rejected,
 * expired or cancelled job is no failure but an outcome.
 */
export class SigningFailedError extends SigningError {
  constructor({ code, reason, ...options }: SigningFailedOptions) {
    super(
      code,
      `The signing process of reference "${options.reference}" has failed: ${reason}`,
      false,
      options,
    );
  }
}
