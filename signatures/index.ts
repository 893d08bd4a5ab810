// Certificates, and the signatures made with them and found in documents. Nothing here knows the service or its messages.
export { CertificateUnusableError } from './certificate-unusable-error.js';
export type { EnterpriseCertificate } from './enterprise-certificate.js';
export { loadEnterpriseCertificate, type EnterpriseCertificateFile } from './load-enterprise-certificate.js';
export { organizationNumberOf } from './organization-number.js';
