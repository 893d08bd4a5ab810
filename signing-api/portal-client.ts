import type {
  CancellationUrl,
  PortalSignatureJobManifest,
  PortalSignatureJobRequest,
  PortalSignatureJobResponse,
} from '../schema/index.js';
import type { CallOptions, CreateOptions, PackageDocument, PollingQueue, QueueAnswer } from './calls.js';
import type { SignedDocumentsClient } from './signed-documents-client.js';

/** A job to create at the service. */
export interface NewPortalJob {
  readonly request: PortalSignatureJobRequest;
  readonly manifest: PortalSignatureJobManifest;
  readonly documents: readonly PackageDocument[];
}

/** The sender's side of the portal flow, usable without Temporal. Each call is one HTTP request; nothing is retried. */
export interface PortalClient extends SignedDocumentsClient {
  /**
   * Signs the document package and creates the job.
   * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED and INVALID_MESSAGE for what the service would refuse, before anything
   *   is sent; the content of documents is not looked at: `inspectDocuments` does that
   * @throws CREATE_OUTCOME_UNKNOWN when nobody knows whether there is a job now; every other error means there is none
   */
  createSignatureJob(job: NewPortalJob, options?: CreateOptions): Promise<PortalSignatureJobResponse>;
  /** @throws POLLED_TOO_EARLY, RATE_LIMITED (both retryable, with `retryAfterMs`) */
  fetchStatusChange(queue: PollingQueue, options?: CallOptions): Promise<QueueAnswer>;
  /** @throws JOB_NOT_CANCELLABLE when the job has ended; its status change is in the queue */
  cancelSignatureJob(url: CancellationUrl, options?: CallOptions): Promise<void>;
}
