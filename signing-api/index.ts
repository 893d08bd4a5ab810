// The sender's side of the signature API, usable without Temporal: `createSigningApi` is where to begin,
// `buildPortalJob` and `buildDirectJob` make what it sends.
// The error classes are here for `instanceof`; matching on `code` does as well and needs no import.
export type {
  AuthenticationLevel,
  Availability,
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  DirectSignature,
  DirectSignatureJobManifest,
  DirectSignatureJobRequest,
  DirectSignatureJobResponse,
  DirectSignatureJobStatus,
  DirectSigner,
  DirectSignerIdentifier,
  DirectSignerResponse,
  ErrorCode,
  ExitUrls,
  IdentifierInSignedDocuments,
  JobStatus,
  KnownSignerStatus,
  ManifestDocument,
  Notifications,
  OnBehalfOf,
  PadesUrl,
  PortalSignature,
  PortalSignatureJobManifest,
  PortalSignatureJobRequest,
  PortalSignatureJobResponse,
  PortalSigner,
  PortalSignerIdentifier,
  PortalStatusChange,
  Problem,
  RedirectUrl,
  Sector,
  SignatureJobId,
  SignatureType,
  SignerStatus,
  SignerUrl,
  SigningErrorFacts,
  SigningErrorOptions,
  StatusRetrievalMethod,
  StatusUrl,
  XadesUrl,
} from '@signering/schema';
export {
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
export type { ArchiveClient, ArchivedDocumentId } from './archive-client.js';
export { buildDirectJob, type DirectJobOptions } from './build-direct-job.js';
export { buildPortalJob, type PortalJobOptions } from './build-portal-job.js';
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
export type { CallLog, CallLogEntry } from './call-log.js';
export type { DirectClient, NewDirectJob, StatusQuery } from './direct-client.js';
export {
  dumpDocumentPackages,
  type DocumentPackageHook,
  type OutgoingDocumentPackage,
} from './document-package-hook.js';
export type { DocumentToSend } from './document-to-send.js';
export { ENVIRONMENTS, type EnvironmentName } from './environments.js';
export { ArchivedDocumentNotFoundError } from './errors/archived-document-not-found-error.js';
export { BrokerNotAuthorizedError } from './errors/broker-not-authorized-error.js';
export { ClientCertificateRefusedError } from './errors/client-certificate-refused-error.js';
export { CreateOutcomeUnknownError } from './errors/create-outcome-unknown-error.js';
export { DocumentPackageOutdatedError } from './errors/document-package-outdated-error.js';
export { DocumentPackageRefusedError } from './errors/document-package-refused-error.js';
export { IncompleteDownloadError } from './errors/incomplete-download-error.js';
export { JobNotCancellableError } from './errors/job-not-cancellable-error.js';
export { MessageRefusedError } from './errors/message-refused-error.js';
export { NotAuthorizedError } from './errors/not-authorized-error.js';
export { PolledTooEarlyError } from './errors/polled-too-early-error.js';
export { ProxyRefusedError } from './errors/proxy-refused-error.js';
export { RateLimitedError } from './errors/rate-limited-error.js';
export { RequestRefusedError } from './errors/request-refused-error.js';
export { ServerNotTrustedError } from './errors/server-not-trusted-error.js';
export { ServiceUnavailableError } from './errors/service-unavailable-error.js';
export { SignedDocumentTooLargeError } from './errors/signed-document-too-large-error.js';
export { SigningCeremonyNotCompletedError } from './errors/signing-ceremony-not-completed-error.js';
export { StatusQueryTokenInvalidError } from './errors/status-query-token-invalid-error.js';
export { UnreadableResponseError } from './errors/unreadable-response-error.js';
export type { ApiOperation } from './operation.js';
export type { NewPortalJob, PortalClient } from './portal-client.js';
export { countedProcesses } from './share-of-calls.js';
export type { SignedDocumentsClient } from './signed-documents-client.js';
export { createSigningApi, type SigningApi } from './signing-api.js';
export type { RateLimitOptions, SigningApiOptions, Timeouts } from './signing-api-options.js';
export { readTrustedCertificates } from './trust/read-trusted-certificates.js';
export { shippedTrustedCertificates } from './trust/shipped-trusted-certificates.js';
export { readStoredUrl, type ServiceUrls } from './stored-url.js';
