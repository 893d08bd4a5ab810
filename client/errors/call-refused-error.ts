import { type ErrorCode, SigningError } from '@signering/schema';

/** The constructor's argument of {@link CallRefusedError}. */
export interface CallRefusedOptions {
  readonly reference: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryable: boolean;
  /** How long to wait before the same is tried again, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** The service's own explanation, where the service refused it. */
  readonly serviceMessage?: string;
}

/**
 * What was asked of a signing process was not done: `code` says why. The process itself goes on as before; one that
 * has come to an end is a `SigningFailedError`.
 */
export class CallRefusedError extends SigningError {
  constructor({ code, reason, retryable, ...options }: CallRefusedOptions) {
    super(
      code,
      `Asked the signing process of reference "${options.reference}", and it was not done: ${reason}`,
      retryable,
      options,
    );
  }
}
