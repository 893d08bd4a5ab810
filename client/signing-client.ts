import {
  signingWorkflowId,
  type AcceptSignedDocumentsInput,
  type AmbiguousCreateAnswer,
  type CancelAnswer,
  type ChosenSigner,
  type DocumentDeletionResult,
  type SignerReturnedAnswer,
  type SigningResult,
} from '@signering/contract';
import { NINE_DIGITS, type ExitUrls, InvalidInputError, type Sector } from '@signering/schema';
import type { ClientSettings } from '@signering/settings';
import { cancelJob, type CancelJobOptions } from './cancel-job.js';
import { claimPortalJob } from './claim-job.js';
import { DirectJobs, type ReturnedOptions, type StartedDirectJob } from './direct-jobs.js';
import { connectJobs, type ConnectOptions } from './connect-jobs.js';
import { deleteDocuments } from './document-deletion.js';
import { ExitVisits } from './exit-visits.js';
import { fetchSignedDocuments, type FetchedDocuments, type FetchOptions } from './fetch-signed-documents.js';
import type { JobDescription } from './job-description.js';
import { JobDetails } from './job-details.js';
import { listJobs, type JobSummary, type ListJobsOptions } from './job-list.js';
import { KnownJobs } from './known-jobs.js';
import { OperatorDecisions, type DecisionOptions } from './operator-decisions.js';
import type { DirectJobRequest } from './request/direct-job-request.js';
import type { PortalJobRequest } from './request/portal-job-request.js';
import { readDirectJob } from './request/prepare-direct-job.js';
import { readPortalJob } from './request/prepare-portal-job.js';
import { readSignedDocument } from './signed-document.js';
import { sentDocumentsOf, startPortalSigning, type StartedJob } from './start-signing.js';
import { StatusQueues, type QueueDescription, type QueueName, type QueueSummary } from './status-queues.js';
import type { WaitOptions } from './temporal-connection.js';
import { checkExitUrl, type ExitUrlRules, type VisitedExitUrl } from './web/check-exit-url.js';
import { ExitProofs } from './web/exit-proofs.js';
import { makeExitUrls, type ExitUrlsOptions } from './web/exit-urls.js';

/** The argument of {@link SigningClient.forSender}. */
export interface SenderOptions {
  /** The sender's; absent: what depends on it is left to the service to refuse. */
  readonly sector?: Sector;
}

/** What a client consists of. */
interface SigningClientParts {
  readonly settings: ClientSettings;
  readonly jobs: KnownJobs;
  /** Shared by the clients of one connection. */
  readonly visits: ExitVisits;
  readonly closing: () => Promise<void>;
}

/**
 * Gets documents signed, for business systems; uses no certificate and no XML. Every call may be repeated: sending the
 * same reference and content again returns the same job.
 *
 * A call that can fail with TEMPORAL_UNAVAILABLE can also fail with TEMPORAL_REFUSED and, where a worker answers it,
 * with WORKER_UNAVAILABLE (retryable).
 */
export class SigningClient {
  readonly #settings: ClientSettings;
  readonly #jobs: KnownJobs;
  readonly #direct: DirectJobs;
  readonly #exitUrls: ExitUrlRules;
  readonly #visits: ExitVisits;

  /** No-op for clients made by forSender. */
  readonly #closing: () => Promise<void>;

  private constructor({ settings, jobs, visits, closing }: SigningClientParts) {
    this.#settings = settings;
    this.#jobs = jobs;
    this.#closing = closing;
    this.#visits = visits;
    this.#direct = new DirectJobs(jobs, visits);
    const { exitUrlsWithoutProofUntil: withoutProofUntil } = settings;
    this.#exitUrls = {
      proofs: new ExitProofs(settings),
      ...(withoutProofUntil !== undefined && { withoutProofUntil }),
    };
  }

  /**
   * Reads the settings and connects to storage and Temporal; close it after use.
   * @throws INVALID_SETTINGS, KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable; also for a folder that is not there or that
   * no worker has used), STORAGE_MISMATCH (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  static async connect(options: ConnectOptions = {}): Promise<SigningClient> {
    const { settings, jobs } = await connectJobs(options);
    return new SigningClient({
      settings,
      jobs,
      visits: new ExitVisits(),
      closing: () => jobs.temporal.close(),
    });
  }

  /**
   * For brokers: a client for another sender, with separate jobs, references and archive. It shares
   * this one's connection and storage, and ends with it; its own `close` does nothing. The service decides whether the
   * broker may send for that organisation: otherwise the job fails with BROKER_NOT_AUTHORIZED.
   * @param organizationNumber nine digits
   * @throws INVALID_REQUEST when it has not nine digits
   */
  forSender(organizationNumber: string, { sector }: SenderOptions = {}): SigningClient {
    if (!NINE_DIGITS.test(organizationNumber)) {
      const problem = { path: 'organizationNumber', message: 'must be nine digits without blanks' };
      throw new InvalidInputError('INVALID_REQUEST', 'Invalid sender', [problem]);
    }
    const { sector: _ownSector, ...shared } = this.#settings;
    const settings = { ...shared, organizationNumber, ...(sector === undefined ? {} : { sector }) };
    const { storage, temporal, encryption } = this.#jobs;
    const jobs = new KnownJobs({ organizationNumber, storage, temporal, encryption });
    return new SigningClient({ settings, jobs, visits: this.#visits, closing: () => Promise.resolve() });
  }

  /**
   * Hands a job of the portal flow over, or finds the one that the same reference and content stand for, also when it has
   * ended: `outcome` then says how.
   * @throws INVALID_REQUEST and DOCUMENT_NOT_ACCEPTED naming every mistake, REFERENCE_IN_USE,
   * STORAGE_MISMATCH (retryable), STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async startPortalJob(request: PortalJobRequest, { signal }: WaitOptions = {}): Promise<StartedJob> {
    return this.#abortable(signal, () => this.#startPortalJob(request));
  }

  async #startPortalJob(request: PortalJobRequest): Promise<StartedJob> {
    const { pollingQueue, sector, identityNumberCheck } = this.#settings;
    const read = await readPortalJob(request, { pollingQueue, sector, identityNumberCheck });
    const { input, entry, existing } = await claimPortalJob(read, this.#jobs);
    if (entry.settled === undefined) {
      await this.#jobs.temporal.call((client) => startPortalSigning(client, input));
    }
    const { organizationNumber, reference } = input;
    return {
      reference,
      workflowId: signingWorkflowId(organizationNumber, reference),
      existing,
      ...(entry.settled !== undefined && { outcome: entry.settled.outcome }),
      documents: sentDocumentsOf(read.documents),
    };
  }

  /**
   * Starts a job of the direct flow and returns each signer's redirect URL, in one call. The same request
   * again gives the same job with its newest redirect URLs; ask for a fresh one each time a signer is sent off. A job that
   * has ended has none: `signers` is empty, and `outcome` says how it has ended.
   * @throws INVALID_REQUEST and DOCUMENT_NOT_ACCEPTED naming every mistake, REFERENCE_IN_USE,
   * JOB_NOT_CREATED_YET (retryable: the job goes on by itself, ask again), what the service refuses the job with,
   * TOO_MANY_REDIRECT_URLS when it was handed in 500 times,
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async startDirectJob(request: DirectJobRequest, { signal }: WaitOptions = {}): Promise<StartedDirectJob> {
    const { pollingQueue, sector, identityNumberCheck } = this.#settings;
    return this.#abortable(signal, async () =>
      this.#direct.start(await readDirectJob(request, { pollingQueue, sector, identityNumberCheck })),
    );
  }

  /**
   * Creates a redirect URL for a direct job's signer, which ends the older one: a job has at most 200. The signer is
   * chosen by number, from 1, or by the identifier of the request.
   * @throws JOB_NOT_FOUND, JOB_ENDED, SIGNER_NOT_FOUND, TOO_MANY_REDIRECT_URLS, NOT_IN_THIS_FLOW, SIGNER_NOT_WAITING
   * when the signer has finished, JOB_NOT_CREATED_YET (retryable), SERVICE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE
   * (retryable)
   */
  async createRedirectUrl(
    reference: string,
    signer: ChosenSigner,
    { signal }: WaitOptions = {},
  ): Promise<string> {
    return this.#abortable(signal, () => this.#direct.createRedirectUrl(reference, signer));
  }

  /**
   * Makes the exit URLs of a direct job, for {@link createExitUrlHandler}. Each holds the reference and a proof, which
   * only holders of `SIGNERING_KEYS` can make. The first key makes proofs and all keys verify them, so the URLs of jobs
   * that run stay valid when a new key is put in front. A job's content digest leaves the proofs out.
   * @throws INVALID_REQUEST for a base URL or a reference that cannot be used, or an exit URL longer than 500 characters
   */
  exitUrlsFor(options: ExitUrlsOptions): ExitUrls {
    const { reference } = options;
    return makeExitUrls(options, (exit) => this.#exitUrls.proofs.of({ exit, reference }));
  }

  /**
   * Checks a visited exit URL without any call to storage, Temporal or the service. True: {@link exitUrlsFor} made it for
   * this organisation, reference and exit. False: it has no proof, and such URLs are still accepted.
   * @throws INVALID_REQUEST for a wrong proof, and for no proof from `SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL` on
   */
  checkExitUrl(visited: VisitedExitUrl): boolean {
    return checkExitUrl(visited, this.#exitUrls);
  }

  /**
   * Hands in the `status_query_token` with which a signer's browser came to an exit URL, and answers how the job stands,
   * without waiting for the archive. The same token again is harmless. A job that has ended answers from its result.
   * @throws STATUS_QUERY_TOKEN_INVALID and SIGNING_CEREMONY_NOT_COMPLETED for a token that belongs to another job, which
   * does the job no harm, JOB_NOT_FOUND, JOB_NOT_CREATED_YET (retryable), NOT_IN_THIS_FLOW, TOO_MANY_EXIT_VISITS
   * (retryable) for tokens that are not proved after too many wrong ones, SERVICE_UNAVAILABLE (retryable; the token is
   * kept and tried again), TEMPORAL_UNAVAILABLE (retryable), WORKER_UNAVAILABLE (retryable; the token is kept for the worker)
   */
  async signerReturned(
    reference: string,
    statusQueryToken: string,
    { signal, ...options }: ReturnedOptions = {},
  ): Promise<SignerReturnedAnswer> {
    return this.#abortable(signal, () => this.#direct.signerReturned(reference, statusQueryToken, options));
  }

  /**
   * Says where a job stands. While it runs, a worker answers; once it has ended, Temporal or the archive. A job that is
   * archived is described without Temporal too; only its steps are then missing.
   * @throws JOB_NOT_FOUND, KEY_MISMATCH when no worker can decrypt the job's input, STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async getJob(reference: string, { signal }: WaitOptions = {}): Promise<JobDescription> {
    return this.#abortable(signal, () => this.#jobs.describe(reference));
  }

  /**
   * Waits until a job has ended, be it in months, and gives its result. Rejected, expired and cancelled are results. The
   * result of an archived job needs no Temporal; a wait for another one ends with TEMPORAL_UNAVAILABLE when Temporal is
   * away, and may be repeated.
   * @throws JOB_NOT_FOUND, what the process failed with, TEMPORAL_UNAVAILABLE (retryable), the signal's reason
   */
  async waitForResult(reference: string, { signal }: WaitOptions = {}): Promise<SigningResult> {
    return this.#abortable(signal, () => this.#jobs.waitForResult(reference));
  }

  /**
   * Reads a document of an ended job from the archive, such as the signed PDF; names are those of the result's
   * `archive.documents`.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, NO_SUCH_DOCUMENT, DOCUMENT_MISSING when it was removed from the archive,
   * STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  async signedDocument(reference: string, name = 'signed.pdf'): Promise<Uint8Array> {
    return readSignedDocument(this.#jobs, reference, name);
  }

  /**
   * Writes the archived files of an ended job to a folder: the signed PDF, each signer's XAdES and the receipt, each
   * checked against its digest, and readable by their owner only. A file that is there with the same content is kept.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, INVALID_REQUEST when a file is there with other content or the folder cannot be
   * written, DOCUMENT_MISSING when the archive has no receipt, STORAGE_UNAVAILABLE (retryable)
   */
  async fetchSignedDocuments(reference: string, options: FetchOptions = {}): Promise<FetchedDocuments> {
    return fetchSignedDocuments(this.#jobs, reference, options);
  }

  /**
   * Deletes the service's documents of a job that all signers signed and that is archived and confirmed; the archive keeps
   * its own. A worker does so, and tries again while the service is away. The same again answers when they were deleted.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, DOCUMENTS_NOT_DELETABLE when the archive is not complete or the service
   * refuses (it does until 24 hours after the last signature), DOCUMENTS_NOT_DELETED_YET (retryable),
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async deleteDocuments(reference: string, { signal }: WaitOptions = {}): Promise<DocumentDeletionResult> {
    return this.#abortable(signal, () => deleteDocuments(this.#jobs, reference));
  }

  /**
   * For a job in ARCHIVE_BROKEN: fetches its signed documents again.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state, KEY_MISMATCH, TEMPORAL_UNAVAILABLE (retryable)
   */
  async fetchAgain(reference: string, options: DecisionOptions = {}): Promise<void> {
    return this.#abortable(options.signal, () =>
      new OperatorDecisions(this.#jobs).fetchAgain(reference, options),
    );
  }

  /**
   * For a job in ARCHIVE_BROKEN: archives the broken documents unchanged and confirms the job, after which the
   * service may delete its copies. Receipt, history and log record who decided and why.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state or when no bytes are kept, INVALID_REQUEST, KEY_MISMATCH,
   * TEMPORAL_UNAVAILABLE (retryable)
   */
  async acceptSignedDocuments(
    reference: string,
    acceptance: AcceptSignedDocumentsInput,
    options: DecisionOptions = {},
  ): Promise<void> {
    return this.#abortable(options.signal, () =>
      new OperatorDecisions(this.#jobs).accept(reference, acceptance, options),
    );
  }

  /**
   * For a job in CREATE_AMBIGUOUS: sends it again, which may ask the signers twice, or gives up, which ends its process
   * with CREATE_ABANDONED.
   * @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE in another state, KEY_MISMATCH, TEMPORAL_UNAVAILABLE (retryable)
   */
  async answerAmbiguousCreate(
    reference: string,
    answer: AmbiguousCreateAnswer['answer'],
    { signal }: WaitOptions = {},
  ): Promise<void> {
    return this.#abortable(signal, () =>
      new OperatorDecisions(this.#jobs).answerAmbiguousCreate(reference, answer),
    );
  }

  /**
   * Lists this organisation's polling queues, as far as Temporal remembers their pollers.
   * @throws TEMPORAL_UNAVAILABLE (retryable)
   */
  async listQueues({ signal }: WaitOptions = {}): Promise<readonly QueueSummary[]> {
    return this.#abortable(signal, () => new StatusQueues(this.#jobs).list());
  }

  /**
   * Returns when a polling queue is polled next, until when it is followed, and its undelivered changes.
   * @throws QUEUE_NOT_FOUND, TEMPORAL_UNAVAILABLE (retryable)
   */
  async describeQueue(queue: QueueName, { signal }: WaitOptions = {}): Promise<QueueDescription> {
    return this.#abortable(signal, () => new StatusQueues(this.#jobs).describe(queue));
  }

  /**
   * Confirms the change of a foreign job when the service hands it out again; the service may then delete its documents. Only
   * for a job that `describeQueue` shows as FOREIGN.
   * @throws QUEUE_NOT_FOUND, CHANGE_NOT_FOREIGN, INVALID_REQUEST, TEMPORAL_UNAVAILABLE (retryable)
   */
  async confirmForeignChange(
    queue: QueueName,
    signatureJobId: string,
    { signal }: WaitOptions = {},
  ): Promise<void> {
    return this.#abortable(signal, () =>
      new StatusQueues(this.#jobs).confirmForeignChange(queue, signatureJobId),
    );
  }

  /**
   * Cancels a job of the portal flow: signers who have not signed can no longer sign. The outcome follows as usual.
   * @throws JOB_NOT_FOUND, NOT_IN_THIS_FLOW, JOB_NOT_CREATED_YET (retryable) while the create is in doubt, what the
   * service refuses, INVALID_REQUEST for a reason or name of another length, TEMPORAL_UNAVAILABLE (retryable), the
   * signal's reason
   */
  async cancelJob(reference: string, { signal, ...input }: CancelJobOptions): Promise<CancelAnswer> {
    return this.#abortable(signal, () => cancelJob(this.#jobs, reference, input));
  }

  /**
   * Lists this organisation's jobs, the newest first, as far as Temporal remembers.
   * @throws INVALID_REQUEST for a state that does not exist, TEMPORAL_UNAVAILABLE (retryable)
   */
  async *listJobs({ signal, ...options }: ListJobsOptions = {}): AsyncGenerator<JobSummary> {
    const listed = listJobs(this.#jobs, options);
    const jobs = options.details === true ? new JobDetails(this.#jobs).addTo(listed) : listed;
    for (;;) {
      const next = await this.#abortable(signal, () => jobs.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  #abortable<T>(signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
    return this.#jobs.temporal.abortable(signal, action);
  }

  /** Closes the connection to Temporal, also for the clients of {@link forSender}. Jobs continue. */
  async close(): Promise<void> {
    await this.#closing();
  }

  /** As {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
