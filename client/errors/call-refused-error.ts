import { type ErrorCode, SigningError } from '../../schema/index.js';

/** The constructor's argument of {@link CallRefusedError}. */
export interface CallRefusedOptions {
  readonly reference: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryable: boolean;
  readonly cause?: unknown;
}

/**
 * What was asked of a signing process was not done: `code` says why. The process itself goes on as before; one that
 * has come to an end is a `SigningFailedError`.
 */
export class CallRefusedError extends SigningError {
  constructor({ reference, code, reason, retryable, cause }: CallRefusedOptions) {
    super(
      code,
      `Asked the signing process of reference "${reference}", and it was not done: ${reason}`,
      retryable,
      {
        reference,
        cause,
      },
    );
  }
}
