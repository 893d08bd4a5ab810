// Certificates and signatures: creation, verification and examination. Independent of the service and its messages.
export { CertificateUnusableError } from './certificate-unusable-error.js';
export type { EnterpriseCertificate } from './enterprise-certificate.js';
export type { EvidenceContext, KnownFile, SentDocument } from './evidence/evidence-context.js';
export type {
  EvidenceVerdict,
  ExaminedSignature,
  ProvedByEvidence,
  ProvedDocument,
} from './evidence/evidence-verdict.js';
export { examinePades } from './evidence/examine-pades.js';
export { examineXades } from './evidence/examine-xades.js';
export { nameFileFormat } from './key-store/file-format.js';
export { readCertificates } from './key-store/read-certificates.js';
export { loadEnterpriseCertificate, type EnterpriseCertificateFile } from './load-enterprise-certificate.js';
export { organizationNumberOf } from './organization-number.js';
export { anonymousSkeletonOf } from './skeleton/anonymous-skeleton.js';
export { signingKeyFromPem, type SigningKey } from './signing-key.js';
export { createXadesSignature, type XadesSignatureOptions } from './xades/create-xades-signature.js';
export {
  verifyXadesSignature,
  type SignedReference,
  type XadesSignature,
  type XadesVerification,
} from './xades/verify-xades-signature.js';
export type { FileReference } from './xades/write-xades.js';
export { INCLUSIVE_C14N, RSA_SHA256, SHA256 } from './xades/xml-names.js';
