import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/**
 * DOCUMENT_PACKAGE_OUTDATED: the package was sealed and sent several times, and each time more than 4 seconds passed
 * between its signing time and its last byte, or its refusal. The service accepts 5 seconds. There is no job.
 */
export class DocumentPackageOutdatedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'DOCUMENT_PACKAGE_OUTDATED',
      `${whatFailed(call)}the document package took too long to reach the service, so its signing time was too old each time. Try again after the given wait; if this happens often, this machine or its network is too slow for packages of this size.`,
      true,
      call,
    );
  }
}
