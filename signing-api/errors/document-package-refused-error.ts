import { SigningError } from '../../schema/index.js';
import { whatFailed } from './failed-call.js';
import { saidByService, type RefusedCall } from './refused-by-service.js';

/**
 * DOCUMENT_PACKAGE_REFUSED: the service refuses the document package or its manifest (`ASICE_VALIDATION_FAILED`):
 * its signature, signing time, certificate or content. Final for this package.
 */
export class DocumentPackageRefusedError extends SigningError {
  constructor({ serviceMessage, ...call }: RefusedCall) {
    const said = saidByService(serviceMessage);
    super(
      'DOCUMENT_PACKAGE_REFUSED',
      `${whatFailed(call)}the service refuses the document package.${said} ` +
        (said === ''
          ? "Check this machine's clock (5 seconds are allowed), the certificate, and the documents."
          : "Correct what it names; where that is the signature, look at this machine's clock and certificate."),
      false,
      call,
    );
  }
}
