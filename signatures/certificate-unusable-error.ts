import { SigningError } from '@signering/schema';

/**
 * No certificate of a file can identify an organisation and sign for it: the file is missing, unreadable, too large or no
 * key store, the password is wrong, or each certificate in it has expired, is not valid yet, has no private key or none
 * of RSA, is for another purpose, or names no organisation number. It does not cover a certificate that the service
 * refuses (CLIENT_CERTIFICATE_REFUSED).
 */
export class CertificateUnusableError extends SigningError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('CERTIFICATE_UNUSABLE', message, options);
  }
}
