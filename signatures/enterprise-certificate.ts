import type { KeyObject, X509Certificate } from 'node:crypto';

/** A sender's (or its broker's) certificate with its private key: identifies in TLS and signs document packages. */
export interface EnterpriseCertificate {
  readonly privateKey: KeyObject;
  /** The organisation's own certificate. */
  readonly certificate: X509Certificate;
  /** From the organisation's certificate up to the root, as far as they were given. */
  readonly chain: readonly X509Certificate[];
  /** Nine digits, read from the certificate's subject. */
  readonly organizationNumber: string;
}
