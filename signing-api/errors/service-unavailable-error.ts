import { sentence, SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** The constructor's argument of {@link ServiceUnavailableError}. */
export interface ServiceUnavailableOptions extends FailedCall {
  /** What went wrong, such as `no connection within 10000 ms (ETIMEDOUT)`. */
  readonly whatHappened: string;
}

/**
 * SERVICE_UNAVAILABLE: the service or the way to it has a fault: 5xx, no connection, a connection that broke, no
 * answer in time. Try again with growing waits. Not for creating a job once the request was handed over: that is
 * CREATE_OUTCOME_UNKNOWN.
 */
export class ServiceUnavailableError extends SigningError {
  constructor({ whatHappened, ...call }: ServiceUnavailableOptions) {
    super(
      'SERVICE_UNAVAILABLE',
      `${sentence(`${whatFailed(call)}${whatHappened}`)} Try again later; if it stays so, check the API address and the network.`,
      true,
      call,
    );
  }
}
