// Certificates, and the signatures made with them and found in documents. Nothing here knows the service or its messages.
export { CertificateUnusableError } from './certificate-unusable-error.js';
export type { EnterpriseCertificate } from './enterprise-certificate.js';
export { loadEnterpriseCertificate, type EnterpriseCertificateFile } from './load-enterprise-certificate.js';
export { organizationNumberOf } from './organization-number.js';
export { checkPades } from './pades/check-pades.js';
export { sealPdf, type SealPdfOptions } from './pades/seal-pdf.js';
export type { SignatureCheck } from './signature-check.js';
export { signingKeyFromPem, type SigningKey } from './signing-key.js';
export { createXadesSignature, type XadesSignatureOptions } from './xades/create-xades-signature.js';
export {
  checkXades,
  verifyXadesSignature,
  type SignedReference,
  type XadesSignature,
  type XadesVerification,
} from './xades/verify-xades-signature.js';
export type { FileReference } from './xades/write-xades.js';
export { INCLUSIVE_C14N, RSA_SHA256, SHA256 } from './xades/xml-names.js';
