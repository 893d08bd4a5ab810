import { SigningError } from '@signering/schema';

/**
 * CERTIFICATE_UNUSABLE: a file has no certificate that identifies an organisation and can sign for it. The file is
 * missing, unreadable, too large or not a key store, the password is wrong, or each certificate in it is expired, not
 * valid yet, without an RSA private key, for another purpose, or without an organisation number. Does not cover a
 * certificate that the service rejects (CLIENT_CERTIFICATE_REFUSED).
 */
export class CertificateUnusableError extends SigningError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('CERTIFICATE_UNUSABLE', message, options);
  }
}
