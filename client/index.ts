// The API for business systems: start a job, get its state, wait for its outcome.
export {
  type AcceptSignedDocumentsInput,
  type AmbiguousAttempt,
  type AmbiguousCreate,
  type AmbiguousCreateAnswer,
  type ArchivedDocument,
  type AnsweredIdentity,
  type ArchiveLocation,
  type CancelAnswer,
  type CancelInput,
  type ChosenSigner,
  type DecidedBy,
  type DeletionAlarm,
  type DocumentDeletionResult,
  type DocumentCheck,
  type DocumentFinding,
  type DocumentProof,
  type DocumentSignature,
  type DuplicateJob,
  type ErasedHistories,
  type ExplainedJob,
  type Flow,
  type JobIdentity,
  type JobMetadata,
  type OpenState,
  type OperatorAcceptance,
  type RecordedDecision,
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
  explainJob,
  SIGNING_STATES,
  SIGNING_STEPS,
  UNDELIVERED_REASONS,
} from '@signering/contract';
export {
  ERROR_CODES,
  isKnownErrorCode,
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  InvalidInputError,
  KNOWN_SIGNER_STATUSES,
  ON_BEHALF_OF,
  SECTORS,
  SIGNATURE_TYPES,
  SIGNING_OUTCOMES,
  SigningError,
  STATUS_RETRIEVAL_METHODS,
  type AuthenticationLevel,
  type DocumentMediaType,
  type ErrorCode,
  type KnownErrorCode,
  type ExitUrls,
  type IdentifierInSignedDocuments,
  type IdentityNumberCheck,
  type KnownSignerStatus,
  type LaterErrorCode,
  type OnBehalfOf,
  type Problem,
  type ProblemReason,
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
  type S3Settings,
  type Environment,
  type TemporalSettings,
} from '@signering/settings';
// Only classes that have more than a `code`: callers compare that.
export { SigningFailedError, type JobFailure } from './errors.js';
export type {
  SavedDocuments,
  SavedFile,
  SaveSignedDocumentsOptions,
  MissingFile,
} from './save-signed-documents.js';
export type {
  EndedJob,
  JobDescription,
  DescribedJob,
  JobResult,
  ProcessFailedJob,
  RunningJob,
} from './job-description.js';
export { DETAILED_JOBS_LIMIT } from './job-details.js';
export type { JobFilter } from './job-filter.js';
export type { JobView } from './job-views.js';
export type {
  EndedJobSummary,
  JobPage,
  JobSummary,
  ListAllJobsOptions,
  ListedJob,
  ListJobsOptions,
  ProcessFailedJobSummary,
  RunningJobSummary,
} from './job-list.js';
export type {
  DirectJobRequest,
  DirectSignerDetails,
  RequestedDirectSigner,
  SignerByIdentifier,
  SignerByNumber,
} from './request/direct-job-request.js';
export type {
  PortalJobRequest,
  RequestedPortalSigner,
  PortalSignerDetails,
} from './request/portal-job-request.js';
export type { CheckedDocument, PortalJobRequestDraft, RequestCheck } from './request/check-portal-job.js';
export type {
  DocumentContent,
  DocumentDetails,
  DocumentOfContent,
  DocumentOfFile,
  RequestedDocument,
} from './request/requested-document.js';
// For editors of requests as JSON.
export type { JsonSchema } from '@signering/contract/schemas';
export { jobRequestSchemas } from './request/job-request-schemas.js';
export type { DeletedDocuments } from './document-deletion.js';
export type { EraseJobOptions, ErasedJob } from './erase-job.js';
export type { RetentionRun, RunRetentionOptions } from './retention.js';
export type { RetentionItem, RetentionPart } from '@signering/contract';
export type { JobHold, JobHolds, ListedHold, PlacedHold, PlaceHoldOptions } from './job-holds.js';
export type { CancelJobOptions } from './cancel-job.js';
export type { ConnectByClientOptions, ConnectBySettingsOptions, ConnectOptions } from './connect-jobs.js';
export type { ClientLogger } from './temporal-connection.js';
export type { BatchCheck, CheckBatchRequest } from './batches/check-batch.js';
export type { StartBatchRequest, StartedBatch } from './batches/start-batch.js';
export type { BatchMistake } from './batches/batch-mistake.js';
export type { BatchSource } from './batches/read-batch.js';
export type { BatchWarning } from './batches/spreadsheet-traces.js';
export type { BatchTable, BatchTableOfContent, BatchTableOfFile } from './batches/batch-table.js';
export type { BatchDescription, Batches, CancelBatchOptions, WatchBatchOptions } from './batches/batches.js';
export type { BatchResultsOptions, BatchRowResult } from './batches/batch-results.js';
export { makeCsv } from './batches/csv.js';
export { BATCH_ROW_STATES, type BatchCounts, type BatchRowState } from '@signering/contract';
export { SigningClient } from './signing-client.js';
export type { CallOptions } from './call-options.js';
export type { EmailRecipient, StartBatchOptions, StartPortalJobOptions } from './emails.js';
export type { SenderOptions, Signing } from './signing.js';
export type { SignerReturnedOptions, StartedDirectJob } from './direct-jobs.js';
export type { WatchJobOptions } from './watch-job.js';
export type { SignedDocumentOptions, SignedDocumentStream } from './signed-document.js';
export type { SentDocument, StartedJob } from './start-signing.js';
export type { PdfFacts } from '@signering/document-package/inspection';
export type { AcceptanceOptions, DecidedByOptions, DecisionOptions } from './operator-decisions.js';
export type { DisabledReceiver } from './disabled-receivers.js';
export type { FailedWebhooksOptions, FailedWebhookSummary, Webhooks } from './webhooks.js';
export type { ListQueuesOptions, QueueDescription, QueueKey, QueueSummary } from './status-queues.js';
// For a web site to which signers come back.
export type { ExitUrlFailure } from './web/exit-error.js';
export {
  createExitUrlFetchHandler,
  type ExitUrlFetchHandler,
  type ExitUrlFetchHandlerOptions,
} from './web/exit-url-fetch-handler.js';
export {
  createExitUrlHandler,
  type ExitUrlHandlerFailure,
  type ExitUrlHandler,
  type ExitUrlHandlerOptions,
  type ExitUrlHandlerReturn,
} from './web/exit-url-handler.js';
export {
  readExitUrl,
  type ExitUrlParameters,
  type ExitUrlVisit,
  type ReadExitUrlOptions,
} from './web/exit-visit.js';
export type { CommonExitUrlHandlerOptions, ExitUrlReturn } from './web/take-back.js';
export type { ExitUrlCheck, ExitUrlToCheck } from './web/check-exit-url.js';
export type { JobExit } from './web/exit-proofs.js';
export type { Exit, MakeExitUrlsOptions } from './web/exit-urls.js';
