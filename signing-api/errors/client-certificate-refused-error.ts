import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** CLIENT_CERTIFICATE_REFUSED: the server ended the TLS handshake with an alert about our certificate. Nothing was done. */
export class ClientCertificateRefusedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'CLIENT_CERTIFICATE_REFUSED',
      `${whatFailed(call)}the server refused our certificate in the TLS handshake. Check that it has not expired or been revoked, and that it fits the environment: test certificates for test, production certificates for production.`,
      false,
      call,
    );
  }
}
