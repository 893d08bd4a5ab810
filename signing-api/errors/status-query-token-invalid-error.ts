import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** STATUS_QUERY_TOKEN_INVALID: the status query token does not belong to this job (direct flow). Final. */
export class StatusQueryTokenInvalidError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'STATUS_QUERY_TOKEN_INVALID',
      `${whatFailed(call)}the status query token does not belong to this job. Use the token that came with the exit URL of this very job.`,
      false,
      call,
    );
  }
}
