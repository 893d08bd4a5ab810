import type { KeyObject, X509Certificate } from 'node:crypto';

/** The certificate of a sender or broker with its private key: authenticates in TLS and signs document packages. */
export interface EnterpriseCertificate {
  readonly privateKey: KeyObject;
  /** The organisation's own certificate. */
  readonly certificate: X509Certificate;
  /** From the organisation's certificate up to the root, as far as available. */
  readonly chain: readonly X509Certificate[];
  /** Nine digits, read from the certificate's subject. */
  readonly organizationNumber: string;
}
