import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** A private key and the certificates that prove whose it is. An `EnterpriseCertificate` is one, too. */
export interface SigningKey {
  /** RSA. */
  readonly privateKey: KeyObject;
  /** The key's own certificate first, then its issuers, up to the root. */
  readonly chain: readonly X509Certificate[];
}

/** A signing key from PEM text, for keys that were made here: what is read from elsewhere is loaded with its checks. */
export function signingKeyFromPem(pem: {
  readonly privateKeyPem: string;
  readonly chainPem: string;
}): SigningKey {
  const certificates = pem.chainPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return {
    privateKey: createPrivateKey(pem.privateKeyPem),
    chain: certificates.map((certificate) => new X509Certificate(certificate)),
  };
}
