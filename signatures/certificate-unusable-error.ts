import { SigningError } from '../schema/index.js';

/**
 * A certificate cannot identify an organisation or sign for it: the file is missing or unreadable, the password is
 * wrong, there is no private key in it, it has expired or is not valid yet, it is the organisation's certificate for
 * another purpose, or it names no organisation number. It does not cover a certificate that the service refuses
 * (CLIENT_CERTIFICATE_REFUSED).
 */
export class CertificateUnusableError extends SigningError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('CERTIFICATE_UNUSABLE', message, false, options);
  }
}
