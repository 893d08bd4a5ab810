import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** RATE_LIMITED: no call may be made now, either because the service has blocked the organisation for 30 seconds (over 10 calls a second), or because our own spacing of calls has no turn within reach. `facts.retryAfterMs` says how long to wait. Nothing was done. */
export class RateLimitedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'RATE_LIMITED',
      `${whatFailed(call)}the organisation makes too many calls at the moment. Try again after the given wait; if this happens often, lower this process' share of the calls.`,
      true,
      call,
    );
  }
}
