import type {
  AmbiguousCreateAnswer,
  CancelAnswer,
  ChosenSigner,
  SignerRedirect,
  SignerReturnedAnswer,
} from '@signering/contract';
import { InvalidInputError, NINE_DIGITS, SECTORS, type ExitUrls, type Sector } from '@signering/schema';
import type { Batches } from './batches/batches.js';
import type { BatchCheck, CheckBatchRequest } from './batches/check-batch.js';
import type { StartBatchRequest, StartedBatch } from './batches/start-batch.js';
import type { CallOptions } from './call-options.js';
import type { StartBatchOptions, StartPortalJobOptions } from './emails.js';
import type { DeletedDocuments } from './document-deletion.js';
import type { RetentionRun, RunRetentionOptions } from './retention.js';
import type { CancelJobOptions } from './cancel-job.js';
import type { SignerReturnedOptions, StartedDirectJob } from './direct-jobs.js';
import type { SavedDocuments, SaveSignedDocumentsOptions } from './save-signed-documents.js';
import type { JobDescription, JobResult } from './job-description.js';
import type { JobPage, JobSummary, ListAllJobsOptions, ListJobsOptions } from './job-list.js';
import type { AcceptanceOptions, DecidedByOptions, DecisionOptions } from './operator-decisions.js';
import type { DirectJobRequest } from './request/direct-job-request.js';
import type { PortalJobRequestDraft, RequestCheck } from './request/check-portal-job.js';
import type { PortalJobRequest } from './request/portal-job-request.js';
import type { SignedDocumentOptions, SignedDocumentStream } from './signed-document.js';
import type { StartedJob } from './start-signing.js';
import type { ListQueuesOptions, QueueDescription, QueueKey, QueueSummary } from './status-queues.js';
import type { WatchJobOptions } from './watch-job.js';
import type { ExitUrlCheck, ExitUrlToCheck } from './web/check-exit-url.js';
import type { MakeExitUrlsOptions } from './web/exit-urls.js';

/** The argument of {@link Signing.forSender}. */
export interface SenderOptions {
  /** The sender's sector. Absent: the service checks the sector's rules. */
  readonly sector?: Sector | undefined;
}

/** @throws INVALID_REQUEST for an organisation number that has not nine digits, and for an unknown sector */
export function demandSender(organizationNumber: string, sector: Sector | undefined): void {
  const problems = [
    ...(NINE_DIGITS.test(organizationNumber)
      ? []
      : [{ path: 'organizationNumber', message: 'must be nine digits without blanks' }]),
    ...(sector === undefined || SECTORS.includes(sector)
      ? []
      : [{ path: 'sector', message: `must be ${SECTORS.join(' or ')}` }]),
  ];
  if (problems.length > 0) throw new InvalidInputError('INVALID_REQUEST', 'Invalid sender', problems);
}

/**
 * Gets documents signed, for business systems; uses no certificate and no XML. Every call but `createRedirectUrl` is
 * idempotent: sending the same reference and content again returns the same job. {@link SigningClient} does so through
 * Temporal, and `InMemorySigningClient` of `@signering/client/testing` in tests. Minor releases may add members.
 *
 * The last argument of a call has its options, {@link CallOptions} among them: a call with `timeoutMs` can also fail with
 * CALL_TIMED_OUT (retryable), and one with a signal throws the signal's reason. A call that `close` ends, or that comes
 * after it, fails with CLIENT_CLOSED.
 */
export interface Signing {
  /**
   * A client for another sender, for brokers: with separate jobs, references and archive. It shares this one's connection
   * and storage, and ends with it; its own `close` does nothing. The service decides whether the broker may send for that
   * organisation: otherwise the job fails with BROKER_NOT_AUTHORIZED.
   * @param organizationNumber nine digits
   * @throws INVALID_REQUEST when it has not nine digits, and for an unknown sector
   */
  forSender(organizationNumber: string, options?: SenderOptions): Signing;

  /**
   * Starts a job of the portal flow. If the same reference and content were sent before, returns that job; `outcome` is
   * set if it has ended.
   * @throws INVALID_REQUEST and DOCUMENT_NOT_ACCEPTED naming every mistake, REFERENCE_IN_USE, KEY_MISMATCH, VERSION_NOT_SUPPORTED,
   * STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   * where no worker has ever used the namespace
   */
  startPortalJob(request: PortalJobRequest, options?: StartPortalJobOptions): Promise<StartedJob>;

  /**
   * Checks a request, or the parts of it that are known so far, as `startPortalJob` does before it sends anything: for forms
   * that a person fills in step by step. Stores and sends nothing; streams among the documents are read. Parts that are
   * missing are problems too: show those of the parts that the person has filled in.
   * @throws CALL_TIMED_OUT (retryable), the signal's reason
   */
  checkPortalJob(request: PortalJobRequestDraft, options?: CallOptions): Promise<RequestCheck>;

  /**
   * Starts a job of the direct flow and returns each signer's redirect URL, in one call. The same request
   * again gives the same job with its newest redirect URLs; ask for a fresh one each time a signer is sent off. A job that
   * has ended has none: `redirects` is empty, and `outcome` says how it has ended.
   * @throws INVALID_REQUEST and DOCUMENT_NOT_ACCEPTED naming every mistake, REFERENCE_IN_USE, KEY_MISMATCH, VERSION_NOT_SUPPORTED,
   * JOB_NOT_CREATED_YET (retryable: the job continues, repeat the call), `SigningFailedError` with the service's reason
   * for rejecting the job, TOO_MANY_REDIRECT_URLS when it was sent 500 times, STORAGE_MISMATCH (retryable),
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  startDirectJob(request: DirectJobRequest, options?: CallOptions): Promise<StartedDirectJob>;

  /**
   * Creates a redirect URL for a direct job's signer, which ends the older one: a job has at most 200. The signer is
   * chosen by number, from 1, or by the identifier of the request.
   * @throws JOB_NOT_FOUND, JOB_ENDED, SIGNER_NOT_FOUND, TOO_MANY_REDIRECT_URLS, NOT_IN_THIS_FLOW, SIGNER_NOT_WAITING
   * when the signer has finished, JOB_NOT_CREATED_YET (retryable), SERVICE_UNAVAILABLE (retryable),
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  createRedirectUrl(reference: string, signer: ChosenSigner, options?: CallOptions): Promise<SignerRedirect>;

  /**
   * Makes the exit URLs of a direct job, for `createExitUrlHandler`. Each holds the reference and a proof, which
   * only holders of `settings.keys` (`SIGNERING_KEYS`) can make. The first key makes proofs and all keys verify them, so the URLs of jobs
   * that run stay valid when a new key is put in front. A job's content digest leaves the proofs out.
   * @throws INVALID_REQUEST for a base URL or a reference that cannot be used, or an exit URL longer than 500 characters
   */
  makeExitUrls(options: MakeExitUrlsOptions): ExitUrls;

  /**
   * Checks a visited exit URL without any call to storage, Temporal or the service. PROVED: {@link Signing.makeExitUrls}
   * made it for this organisation, reference and exit. NO_PROOF: it has no proof, and such URLs are still accepted.
   * @throws INVALID_REQUEST for a wrong proof, and for no proof from the time of `settings.exitUrlsWithoutProofUntil` on
   * (`SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL`)
   */
  checkExitUrl(visited: ExitUrlToCheck): ExitUrlCheck;

  /**
   * Hands in the `status_query_token` with which a signer's browser came to an exit URL, and answers how the job stands,
   * without waiting for the archive. The same token again is harmless. A job that has ended answers from its result.
   * @throws STATUS_QUERY_TOKEN_INVALID and SIGNING_CEREMONY_NOT_COMPLETED (retryable) for a token that belongs to another
   * job, which does the job no harm, JOB_NOT_FOUND, JOB_NOT_CREATED_YET (retryable), NOT_IN_THIS_FLOW, TOO_MANY_EXIT_VISITS
   * (retryable) for tokens that are not proved after too many wrong ones, SERVICE_UNAVAILABLE (retryable; the token is
   * kept and tried again), STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable; the
   * token is kept for the worker)
   */
  signerReturned(reference: string, options: SignerReturnedOptions): Promise<SignerReturnedAnswer>;

  /**
   * Says where a job stands. While it runs, a worker answers; once it has ended, Temporal or the archive. A job that is
   * archived is described without Temporal too; only its steps are then missing.
   * @throws JOB_NOT_FOUND, KEY_MISMATCH when no worker can decrypt the job's input, STORED_CONTENT_DAMAGED,
   * VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  getJob(reference: string, options?: CallOptions): Promise<JobDescription>;

  /**
   * Says in one sentence what a job waits for and what has happened, as Temporal Web does: "Waits for signer 2 of 3 until
   * 2027-01-14 12:00 UTC; signer 1 signed 2026-12-20 09:30 UTC." Without personal data.
   * @throws as {@link Signing.getJob}
   */
  why(reference: string, options?: CallOptions): Promise<string>;

  /**
   * True if a worker sends the emails that `startPortalJob` asks for: one with a mail server (`SIGNERING_SMTP`) polled
   * Temporal within the last five minutes.
   * @throws TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  sendsEmails(options?: CallOptions): Promise<boolean>;

  /**
   * Waits until a job has ended, which may take months, and returns its result. Rejected, expired and cancelled are
   * results. Throws TEMPORAL_UNAVAILABLE if Temporal does not answer: call again. Reads archived jobs without Temporal,
   * and needs no worker.
   * @throws JOB_NOT_FOUND, `SigningFailedError` with the code of a failed process, STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED,
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  waitForResult(reference: string, options?: CallOptions): Promise<JobResult>;

  /**
   * Follows a job: the current description first, then each changed one, and the last one of a job that has ended or whose
   * process failed. Polls every `intervalMs`, because Temporal cannot push changes: states between two polls are not
   * reported. A retryable error, such as a short absence of Temporal, does not end the watch.
   * @throws JOB_NOT_FOUND, KEY_MISMATCH, TEMPORAL_REFUSED, INVALID_REQUEST for an invalid interval, CALL_TIMED_OUT
   * (retryable) after `timeoutMs`, the signal's reason
   */
  watchJob(reference: string, options?: WatchJobOptions): AsyncGenerator<JobDescription, void, undefined>;

  /**
   * Reads a document of an ended job from the archive, such as the signed PDF, and checks it against its digest.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, NO_SUCH_DOCUMENT, DOCUMENT_MISSING when it was removed from the archive,
   * STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  signedDocument(reference: string, options?: SignedDocumentOptions): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * As {@link Signing.signedDocument}, as a stream with its size and digest: memory does not depend on the document's size,
   * and the digest is checked before the first chunk. Read the stream to its end, or cancel it.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, NO_SUCH_DOCUMENT, DOCUMENT_MISSING when it was removed from the archive,
   * STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  signedDocumentStream(reference: string, options?: SignedDocumentOptions): Promise<SignedDocumentStream>;

  /**
   * The receipt of an ended job from the archive, as a stream with its size and digest: outcome, the actions of signers and
   * operators, and the digests of what was sent and received. It holds no data of signers, but who cancelled, accepted or
   * repaired, and why: keep it inside the organisation. It stays when retention removes the signed documents, and needs no
   * key of the storage.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, JOB_ERASED, DOCUMENT_MISSING when the archive has no receipt,
   * STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  receiptStream(reference: string, options?: CallOptions): Promise<SignedDocumentStream>;

  /**
   * Writes the archived files of an ended job to a folder: the signed PDF, each signer's XAdES, `metadata.json` and the receipt, each
   * checked against its digest, and readable by their owner only. A file that is there with the same content is kept.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, INVALID_REQUEST when a file is there with other content or the folder cannot be
   * written, DOCUMENT_MISSING when the archive has no receipt, STORED_CONTENT_DAMAGED when the receipt is damaged,
   * STORAGE_UNAVAILABLE (retryable). Other files that are lost or damaged are in `missing`.
   */
  saveSignedDocuments(reference: string, options?: SaveSignedDocumentsOptions): Promise<SavedDocuments>;

  /**
   * Deletes the service's documents of a job that all signers signed and that is archived and confirmed; the archive keeps
   * its own. A worker deletes them and retries while the service does not answer. A repeated call returns the time of the
   * first deletion.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, JOB_ON_HOLD, DOCUMENTS_NOT_DELETABLE when the archive is not complete or the service
   * refuses (it does until 24 hours after the last signature), DOCUMENTS_NOT_DELETED_YET (retryable; also without a worker),
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  deleteDocumentsAtService(reference: string, options?: CallOptions): Promise<DeletedDocuments>;

  /**
   * Has a worker remove what its retention settings say, for all senders, as it does once a day; waits for it. With `dryRun` it
   * only lists what would be removed. A second call joins a run that is under way.
   * @throws STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  runRetention(options?: RunRetentionOptions): Promise<RetentionRun>;

  /** Batches that were handed over with `startBatch`. */
  readonly batches: Batches;

  /**
   * Checks every row of a batch as `startBatch` does, and compares it with the reference ledger. Sends nothing. With the reference
   * of the batch it also finds rows that another batch sends.
   * @throws INVALID_REQUEST for an invalid reference, a table that cannot be read or has no rows, or a template that does not fit it;
   * STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  checkBatch(request: CheckBatchRequest, options?: CallOptions): Promise<BatchCheck>;

  /**
   * Starts a portal job for each row of a table, behind all other work. Nothing is sent while a row is wrong, unless
   * `wrongRows` says otherwise. Safe to repeat: rows that were handed over before are left alone, so that a corrected table sends only what is
   * new.
   * @throws INVALID_REQUEST naming mistakes, KEY_MISMATCH, STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  startBatch(request: StartBatchRequest, options?: StartBatchOptions): Promise<StartedBatch>;

  /**
   * For a job in ARCHIVE_BROKEN: fetches its signed documents again.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state, KEY_MISMATCH, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED,
   * WORKER_UNAVAILABLE (retryable)
   */
  retryArchiving(reference: string, options?: DecisionOptions): Promise<void>;

  /**
   * For a job in ARCHIVE_BROKEN: archives the broken documents unchanged and confirms the job, after which the
   * service may delete its copies. Receipt, history and log record who decided and why.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state or when no bytes are kept, INVALID_REQUEST, KEY_MISMATCH,
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  acceptSignedDocuments(reference: string, acceptance: AcceptanceOptions): Promise<void>;

  /**
   * For a job in CREATE_AMBIGUOUS: sends it again, which may ask the signers twice, or gives up, which ends its process
   * with CREATE_ABANDONED.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state, KEY_MISMATCH, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED,
   * WORKER_UNAVAILABLE (retryable)
   */
  answerAmbiguousCreate(
    reference: string,
    answer: AmbiguousCreateAnswer['answer'],
    options?: DecidedByOptions,
  ): Promise<void>;

  /**
   * Lists this organisation's polling queues, as far as Temporal remembers their pollers.
   * @throws TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable) where no worker has ever used the namespace
   */
  listQueues(options?: ListQueuesOptions): Promise<readonly QueueSummary[]>;

  /**
   * Returns when a polling queue is polled next, until when it is followed, and its undelivered changes.
   * @throws QUEUE_NOT_FOUND, VERSION_NOT_SUPPORTED, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  getQueue(queue: QueueKey, options?: CallOptions): Promise<QueueDescription>;

  /**
   * Confirms the change of a foreign job when the service hands it out again; the service may then delete its documents. Only
   * for a job that `getQueue` shows as FOREIGN.
   * @throws QUEUE_NOT_FOUND, CHANGE_NOT_FOREIGN, INVALID_REQUEST, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED,
   * WORKER_UNAVAILABLE (retryable)
   */
  confirmForeignChange(queue: QueueKey, signatureJobId: string, options?: CallOptions): Promise<void>;

  /**
   * Cancels a job of the portal flow: signers who have not signed can no longer sign. The outcome follows as usual. Waits
   * for the service once a worker has taken the order.
   * @throws JOB_NOT_FOUND, NOT_IN_THIS_FLOW, JOB_NOT_CREATED_YET (retryable) while the create is in doubt, what the
   * service refuses, INVALID_REQUEST for a reason or name of another length, KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, WORKER_UNAVAILABLE (retryable)
   */
  cancelJob(reference: string, options: CancelJobOptions): Promise<CancelAnswer>;

  /**
   * Lists this organisation's jobs, one page a call, as far as Temporal remembers: open jobs first, then ended ones, each
   * with the newest first. The next page takes the `cursor` of this one, in any process, so that it fits into the URL of
   * a web page. A job that ends between two calls may be on both pages.
   * @throws INVALID_REQUEST for a filter or cursor that cannot be used, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED,
   * WORKER_UNAVAILABLE (retryable) where no worker has ever used the namespace
   */
  listJobs(options?: ListJobsOptions): Promise<JobPage>;

  /**
   * As `listJobs`, over all pages; `timeoutMs` bounds the reading of each page.
   * @throws INVALID_REQUEST for a filter that cannot be used, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED,
   * WORKER_UNAVAILABLE (retryable) where no worker has ever used the namespace
   */
  listAllJobs(options?: ListAllJobsOptions): AsyncGenerator<JobSummary, void, undefined>;

  /**
   * Ends pending calls, and closes the connection to Temporal, also for the clients of {@link Signing.forSender}. Jobs go on.
   */
  close(): Promise<void>;

  /**
   * As {@link Signing.close}, for `await using`.
   */
  [Symbol.asyncDispose](): Promise<void>;
}
