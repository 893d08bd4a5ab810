import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** UNREADABLE_RESPONSE: a success whose content cannot be read. Not for the answer to creating a job: that is CREATE_OUTCOME_UNKNOWN. */
export class UnreadableResponseError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'UNREADABLE_RESPONSE',
      `${whatFailed(call)}the service answered with something that cannot be read. Try again; if it stays so, the service speaks a newer language than this version understands, or the address leads to another server.`,
      true,
      call,
    );
  }
}
