import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** JOB_NOT_CANCELLABLE: the job has ended, so it cannot be cancelled any more; its status change is in the queue. */
export class JobNotCancellableError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'JOB_NOT_CANCELLABLE',
      `${whatFailed(call)}the job has already ended. Its final status change is in the queue, or was fetched already.`,
      false,
      call,
    );
  }
}
