import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** POLLED_TOO_EARLY: the queue was polled before the next permitted poll time; `facts.retryAfterMs` is the wait until then. Not for too many calls a second: that is RATE_LIMITED. */
export class PolledTooEarlyError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'POLLED_TOO_EARLY',
      `${whatFailed(call)}the queue was polled too early, perhaps because another process polls it too. Poll again after the given wait.`,
      true,
      call,
    );
  }
}
