// The sandbox's certificate authority: every certificate that the sandbox and the tests use is made here, at run time.
export {
  createCertificateAuthority,
  restoreCertificateAuthority,
  type CertificateAuthority,
  type CertificateAuthorityState,
  type EnterpriseCertificateOrder,
  type PersonCertificateOrder,
  type SealCertificateOrder,
  type Validity,
} from './certificate-authority.js';
export type { SubjectStyle } from './distinguished-names.js';
export type { IssuedCertificate } from './issued-certificate.js';
