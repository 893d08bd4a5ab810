import type {
  DirectSignatureJobManifest,
  DirectSignatureJobRequest,
  DirectSignatureJobResponse,
  DirectSignatureJobStatus,
  DirectSignerResponse,
  SignerUrl,
  StatusUrl,
} from '@signering/schema';
import type { CallOptions, CreateOptions, PackageDocument, PollingQueue, QueueAnswer } from './calls.js';
import type { SignedDocumentsClient } from './signed-documents-client.js';

/** A direct job to create at the service. */
export interface NewDirectJob {
  readonly request: DirectSignatureJobRequest;
  readonly manifest: DirectSignatureJobManifest;
  readonly documents: readonly PackageDocument[];
}

/** Where a status is asked for, and what shows that a signer has come back. */
export interface StatusQuery {
  readonly statusUrl: StatusUrl;
  /** `status_query_token` of the exit URL that the browser came to, decoded. */
  readonly statusQueryToken: string;
}

/** The sender's side of the direct flow, usable without Temporal. Each call is one HTTP request; nothing is retried. */
export interface DirectClient extends SignedDocumentsClient {
  /**
   * Signs the document package and creates the job. Spec: direct.xsd, direct-signature-job-request, direct-signature-job-manifest.
   * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED and INVALID_MESSAGE for what the service would refuse, before anything
   *   is sent; the content of documents is not looked at: `inspectDocuments` does that
   * @throws CREATE_OUTCOME_UNKNOWN when nobody knows whether there is a job now; every other error
   *   means there is none; they are those of every call, see {@link SigningApi}
   */
  createSignatureJob(job: NewDirectJob, options?: CreateOptions): Promise<DirectSignatureJobResponse>;
  /**
   * Asks for a fresh redirect URL, which ends the signer's older one: one is good for a single visit.
   * Spec: direct.xsd, direct-signer-update-request.
   * @throws REQUEST_REFUSED when the signer is done, or the job over; and as every call, see {@link SigningApi}
   */
  requestRedirectUrl(url: SignerUrl, options?: CallOptions): Promise<DirectSignerResponse>;
  /**
   * Asks for the status after a signer came back. Spec: direct.xsd, direct-signature-job-status-response.
   * @throws STATUS_QUERY_TOKEN_INVALID when the token is not of this job, SIGNING_CEREMONY_NOT_COMPLETED (retryable)
   *   when no signer has come back yet; and as every call, see {@link SigningApi}
   */
  fetchStatus(query: StatusQuery, options?: CallOptions): Promise<DirectSignatureJobStatus>;
  /**
   * Polls a queue once for jobs that were created with `POLLING`. Spec: direct.xsd,
   * direct-signature-job-status-response.
   * @throws POLLED_TOO_EARLY and RATE_LIMITED (both retryable, with `facts.retryAfterMs`), and as every call, see
   *   {@link SigningApi}
   */
  fetchStatusChange(
    queue: PollingQueue,
    options?: CallOptions,
  ): Promise<QueueAnswer<DirectSignatureJobStatus>>;
}
