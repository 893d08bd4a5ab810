import { X509Certificate } from 'node:crypto';
import type { CertificateAuthority } from './certificates/index.js';

/** The TLS alert for a certificate that is not accepted. Spec: RFC 5246, 7.2. */
export type CertificateFault = 'unknown_ca' | 'certificate_expired';

/** The fault of a certificate at a time; undefined if this sandbox has issued it and it is valid. */
export function faultOf(
  certificate: X509Certificate,
  authority: CertificateAuthority,
  at: Date,
): CertificateFault | undefined {
  const issuer = new X509Certificate(authority.intermediatePem);
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return 'unknown_ca';
  const isValid =
    Date.parse(certificate.validFrom) <= at.getTime() && at.getTime() <= Date.parse(certificate.validTo);
  return isValid ? undefined : 'certificate_expired';
}
