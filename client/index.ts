// The API for business systems: start a job, get its state, wait for its outcome.
export {
  type AcceptSignedDocumentsInput,
  type AmbiguousAttempt,
  type AmbiguousCreate,
  type AmbiguousCreateAnswer,
  type ArchivedDocument,
  type ArchiveLocation,
  type CancelAnswer,
  type ChosenSigner,
  type DirectJobContent,
  type DocumentDeletionResult,
  type DocumentCheck,
  type DocumentFinding,
  type DocumentProof,
  type DocumentSignature,
  type DuplicateJob,
  type DocumentRef,
  type DocumentToSign,
  type Flow,
  type JobMetadata,
  type OperatorAcceptance,
  type PortalJobContent,
  type SignerProgress,
  type SignerRedirect,
  type SignerReturnedAnswer,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
  type SigningStep,
  type StatusQueueDescription,
  type UndeliveredJob,
  type UndeliveredReason,
  SIGNING_STATES,
  UNDELIVERED_REASONS,
} from '@signering/contract';
export {
  ERROR_CODES,
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  InvalidInputError,
  KNOWN_SIGNER_STATUSES,
  ON_BEHALF_OF,
  SECTORS,
  SIGNATURE_TYPES,
  SigningError,
  STATUS_RETRIEVAL_METHODS,
  type AuthenticationLevel,
  type ErrorCode,
  type KnownErrorCode,
  type ExitUrls,
  type IdentifierInSignedDocuments,
  type KnownSignerStatus,
  type OnBehalfOf,
  type Problem,
  type Sector,
  type SignatureType,
  type SigningErrorFacts,
  type SigningErrorOptions,
  type StatusRetrievalMethod,
} from '@signering/schema';
export { generateKey, parseKeys, type EncryptionKey, type EncryptionKeys } from '@signering/encryption';
export {
  loadClientSettings,
  type ClientSettingsWithoutTemporal,
  type ClientSettings,
  type Environment,
  type TemporalSettings,
} from '@signering/settings';
export {
  CallRefusedError,
  FlowMismatchError,
  JobEndedError,
  JobNotEndedError,
  JobNotCreatedYetError,
  JobNotFoundError,
  SigningFailedError,
  TooManyExitVisitsError,
  TemporalError,
  type JobFailure,
} from './errors.js';
export type {
  SavedDocuments,
  SavedFile,
  SaveSignedDocumentsOptions,
  MissingFile,
} from './save-signed-documents.js';
export { explainJob } from './explain-job.js';
export type {
  EndedJob,
  JobDescription,
  DescribedJob,
  ProcessFailedJob,
  RunningJob,
} from './job-description.js';
export { MOST_DETAILED_JOBS } from './job-details.js';
export type { JobFilter } from './job-filter.js';
export type { ListAllJobsOptions, JobPage, JobSummary, ListJobsOptions } from './job-list.js';
export type {
  DirectJobRequest,
  DirectSignerDetails,
  RequestedDirectSigner,
  SignerByIdentifier,
  SignerByNumber,
} from './request/direct-job-request.js';
export type { PortalJobRequest, RequestedSigner, SignerDetails } from './request/portal-job-request.js';
export type {
  DocumentContent,
  DocumentDetails,
  DocumentOfContent,
  DocumentOfFile,
  RequestedDocument,
} from './request/requested-document.js';
// For tools that look at a request without sending it.
export type { JsonSchema } from '@signering/contract/schemas';
export { jobRequestSchemas } from './request/job-request-schemas.js';
export { prepareDirectJob, type PreparedDirectJob } from './request/prepare-direct-job.js';
export { preparePortalJob, type PreparedPortalJob } from './request/prepare-portal-job.js';
export type { PreparedJob, PrepareOptions } from './request/prepare-request.js';
export type { PreparedDocument } from './request/read-documents.js';
export type { CancelJobOptions } from './cancel-job.js';
export type { ConnectByClientOptions, ConnectBySettingsOptions, ConnectOptions } from './connect-jobs.js';
export type { ClientLogger } from './temporal-connection.js';
export { SigningClient } from './signing-client.js';
export { CallTimedOutError, type CallOptions } from './call-options.js';
export type { SenderOptions, Signing } from './signing.js';
export type { SignerReturnedOptions, StartedDirectJob } from './direct-jobs.js';
export type { WatchJobOptions } from './watch-job.js';
export type { SignedDocumentOptions, SignedDocumentStream } from './signed-document.js';
export type { SentDocument, StartedJob } from './start-signing.js';
export type { PdfFacts } from '@signering/document-package/inspection';
export type { AcceptanceOptions, DecisionOptions } from './operator-decisions.js';
export type { QueueDescription, QueueName, QueueSummary } from './status-queues.js';
// For a web site to which signers come back.
export type { ExitFailure } from './web/exit-error.js';
export {
  createExitUrlFetchHandler,
  type ExitUrlFetchHandler,
  type ExitUrlFetchHandlerOptions,
} from './web/exit-url-fetch-handler.js';
export {
  createExitUrlHandler,
  type ExitError,
  type ExitUrlHandler,
  type ExitUrlHandlerOptions,
  type ReturnedBrowser,
} from './web/exit-url-handler.js';
export {
  readExitUrl,
  type BroughtBack,
  type ReadExitUrl,
  type ReadExitUrlOptions,
} from './web/exit-visit.js';
export type { ExitUrlOptions, ReturnedVisit } from './web/take-back.js';
export type { ExitUrlCheck, VisitedExitUrl } from './web/check-exit-url.js';
export type { ProvedExit } from './web/exit-proofs.js';
export type { Exit, ExitUrlsOptions } from './web/exit-urls.js';
