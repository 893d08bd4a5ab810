import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';
import { whereServiceSaysWhy } from './refused-by-service.js';

/**
 * DOCUMENT_PACKAGE_REFUSED: the service refuses the document package or its manifest (`ASICE_VALIDATION_FAILED`):
 * its signature, signing time, certificate or content. Final for this package.
 */
export class DocumentPackageRefusedError extends SigningError {
  constructor(call: FailedCall) {
    const where = whereServiceSaysWhy(call);
    super(
      'DOCUMENT_PACKAGE_REFUSED',
      `${whatFailed(call)}the service refuses the document package.${where} ` +
        "Check this machine's clock (5 seconds are allowed), the certificate, and the documents.",
      false,
      call,
    );
  }
}
