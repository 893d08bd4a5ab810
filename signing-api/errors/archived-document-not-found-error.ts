import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** ARCHIVED_DOCUMENT_NOT_FOUND: the service's archive has no such document. Final. */
export class ArchivedDocumentNotFoundError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'ARCHIVED_DOCUMENT_NOT_FOUND',
      `${whatFailed(call)}the archive of the service has no such document. Check its id, and that it was stored for the long term.`,
      false,
      call,
    );
  }
}
