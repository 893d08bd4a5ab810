import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** A private key and its certificate chain. Every `EnterpriseCertificate` is one. */
export interface SigningKey {
  /** RSA. */
  readonly privateKey: KeyObject;
  /** The key's own certificate first, then its issuers, up to the root. */
  readonly chain: readonly X509Certificate[];
}

/** Parses a locally generated signing key from PEM, without the checks of loadEnterpriseCertificate. */
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
