// What business systems import: start a job, see where it stands, wait for its outcome.
export type {
  ArchivedDocument,
  ArchiveLocation,
  CancelAnswer,
  DocumentCheck,
  SignerProgress,
  SigningDescription,
  SigningOutcome,
  SigningResult,
  SigningState,
  SigningStep,
} from '../contract/index.js';
export { InvalidInputError, SigningError, type ErrorCode, type Problem } from '../schema/index.js';
export type { ClientSettings, Environment } from '../settings/index.js';
export { JobNotFoundError } from './errors/job-not-found-error.js';
export { SigningFailedError } from './errors/signing-failed-error.js';
export { TemporalUnavailableError } from './errors/temporal-unavailable-error.js';
export type { JobDescription } from './job-description.js';
export type { JobSummary, ListJobsOptions } from './job-list.js';
export type { PortalJobRequest, RequestedDocument, RequestedSigner } from './request/portal-job-request.js';
// For tools that look at a request without sending it.
export { preparePortalJob, type PreparedPortalJob } from './request/prepare-portal-job.js';
export type { PreparedDocument } from './request/read-documents.js';
export { SigningClient, type ConnectOptions, type WaitOptions } from './signing-client.js';
export type { StartedJob } from './start-portal-job.js';
