import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** INCOMPLETE_DOWNLOAD: a download ended before it was whole, or came to a standstill. What has arrived is of no use. */
export class IncompleteDownloadError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'INCOMPLETE_DOWNLOAD',
      `${whatFailed(call)}the document did not arrive whole. Fetch it again; the service keeps it until the final confirmation.`,
      true,
      call,
    );
  }
}
