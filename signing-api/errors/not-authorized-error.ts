import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** NOT_AUTHORIZED: the organisation has no access to the signature API. Final until Posten grants it. */
export class NotAuthorizedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'NOT_AUTHORIZED',
      `${whatFailed(call)}the organisation has no access to the signature API. Check that the certificate fits the environment (test or production), or ask Posten for access.`,
      false,
      call,
    );
  }
}
