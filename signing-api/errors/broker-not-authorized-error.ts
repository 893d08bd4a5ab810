import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** BROKER_NOT_AUTHORIZED: the organisation of the certificate has no right to send on behalf of this sender. Final until Posten grants it. */
export class BrokerNotAuthorizedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'BROKER_NOT_AUTHORIZED',
      `${whatFailed(call)}the organisation of the certificate may not send on behalf of this sender. Check the organisation number, or have Posten register you as the sender's broker.`,
      false,
      call,
    );
  }
}
