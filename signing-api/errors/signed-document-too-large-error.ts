import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** The constructor's argument of {@link SignedDocumentTooLargeError}. */
export interface SignedDocumentTooLargeOptions extends FailedCall {
  /** The limit of this download, in bytes. */
  readonly limitBytes: number;
}

/**
 * SIGNED_DOCUMENT_TOO_LARGE: a download announced, or had, more bytes than its `maxBytes`. The connection was ended.
 * Not retryable: the service would send the same document again.
 */
export class SignedDocumentTooLargeError extends SigningError {
  constructor(call: SignedDocumentTooLargeOptions) {
    super(
      'SIGNED_DOCUMENT_TOO_LARGE',
      `${whatFailed(call)}the document is larger than the limit of ${call.limitBytes} bytes, so the download was ended. If the document is genuine, raise the limit and fetch it again; the service keeps it until the final confirmation.`,
      false,
      call,
    );
  }
}
