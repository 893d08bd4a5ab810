import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** CREATE_OUTCOME_UNKNOWN: the whole request was handed over and no readable success or refusal came back, so nobody knows whether there is a job now. Repeating it could ask the signers twice. Not for failures before that: those are their own errors, and there is no job. */
export class CreateOutcomeUnknownError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'CREATE_OUTCOME_UNKNOWN',
      `${whatFailed(call)}the request was sent, and no readable answer came back, so there may be a job now or not. Do not simply repeat it: watch the queue for a status change with this reference.`,
      false,
      call,
    );
  }
}
