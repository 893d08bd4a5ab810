// The sender's side of the signature API, usable without Temporal: `createSigningApi` is where to begin,
// `buildPortalJob` and `buildDirectJob` make what it sends.
// Of the error classes only those that have more than a `code`: callers compare that.
export {
  type AuthenticationLevel,
  type Availability,
  type CancellationUrl,
  type ConfirmationUrl,
  type DeleteDocumentsUrl,
  type DirectSignature,
  type DirectSignatureJobManifest,
  type DirectSignatureJobRequest,
  type DirectSignatureJobResponse,
  type DirectSignatureJobStatus,
  type DirectSigner,
  type DirectSignerIdentifier,
  type DirectSignerResponse,
  type ErrorCode,
  type KnownErrorCode,
  type ExitUrls,
  type IdentifierInSignedDocuments,
  type JobStatus,
  type KnownSignerStatus,
  type ManifestDocument,
  type Notifications,
  type OnBehalfOf,
  type PadesUrl,
  type PortalSignature,
  type PortalSignatureJobManifest,
  type PortalSignatureJobRequest,
  type PortalSignatureJobResponse,
  type PortalSigner,
  type PortalSignerIdentifier,
  type PortalStatusChange,
  type Problem,
  type ProblemReason,
  type RedirectUrl,
  type Sector,
  type SignatureJobId,
  type SignatureType,
  type SignerStatus,
  type SignerUrl,
  type SigningErrorFacts,
  type SigningErrorOptions,
  type StatusRetrievalMethod,
  type StatusUrl,
  type XadesUrl,
  ERROR_CODES,
  findDirectSignature,
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  InvalidInputError,
  isFinal,
  JOB_STATUSES,
  KNOWN_SIGNER_STATUSES,
  ON_BEHALF_OF,
  SECTORS,
  SIGNATURE_TYPES,
  SigningError,
  STATUS_RETRIEVAL_METHODS,
} from '@signering/schema';
export {
  loadEnterpriseCertificate,
  type EnterpriseCertificate,
  type EnterpriseCertificateFile,
} from '@signering/signatures';
export {
  inspectDocuments,
  type DocumentFacts,
  type DocumentInspection,
  type DocumentToInspect,
  type PdfFacts,
} from '@signering/document-package/inspection';
export type { LongTermStorageClient, LongTermDocumentId } from './documents/long-term-storage-client.js';
export { buildDirectJob, type DirectJobOptions } from './direct/build-direct-job.js';
export { buildPortalJob, type PortalJobOptions } from './portal/build-portal-job.js';
export type {
  CallOptions,
  CallPriority,
  CreateOptions,
  Download,
  DownloadOptions,
  PackageDocument,
  PollingQueue,
  QueueAnswer,
} from './calls.js';
export type { CallLog, CallLogEntry } from './connection/call-log.js';
export type { DirectClient, NewDirectJob, StatusQuery } from './direct/direct-client.js';
export {
  dumpDocumentPackages,
  type DocumentPackageHook,
  type OutgoingDocumentPackage,
} from './new-job/document-package-hook.js';
export type { DocumentToSend } from './new-job/document-to-send.js';
export { ENVIRONMENTS, type EnvironmentName } from './environments.js';
export type { ApiOperation } from './operation.js';
export type { NewPortalJob, PortalClient } from './portal/portal-client.js';
export { countedProcesses } from './rate-limit/share-of-calls.js';
export type { SignedDocumentsClient } from './documents/signed-documents-client.js';
export { createSigningApi, type RenewedCertificates, type SigningApi } from './signing-api.js';
export type { RateLimitOptions, SigningApiOptions, Timeouts } from './signing-api-options.js';
export { readTrustedCertificates } from './trust/read-trusted-certificates.js';
export { shippedTrustedCertificates } from './trust/shipped-trusted-certificates.js';
export { readStoredUrl, type ServiceUrls } from './service-url.js';
