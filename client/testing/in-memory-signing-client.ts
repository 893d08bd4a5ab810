import {
  explainJob,
  type CancelAnswer,
  type ChosenSigner,
  type SignerRedirect,
  type SignerReturnedAnswer,
} from '@signering/contract';
import { type ExitUrls, type KnownErrorCode, type SigningError } from '@signering/schema';
import { CLIENT_DEFAULTS } from '@signering/settings';
import type { BatchJobs } from '../batches/batch-jobs.js';
import { Batches } from '../batches/batches.js';
import { checkBatch, type BatchCheck, type CheckBatchRequest } from '../batches/check-batch.js';
import { startBatch, type StartBatchRequest, type StartedBatch } from '../batches/start-batch.js';
import { callWith, type CallOptions } from '../call-options.js';
import type { DeletedDocuments } from '../document-deletion.js';
import type { RetentionRun, RunRetentionOptions } from '../retention.js';
import type { CancelJobOptions } from '../cancel-job.js';
import { claimDirectJob, claimPortalJob, type ClaimOptions } from '../claim-job.js';
import type { SignerReturnedOptions, StartedDirectJob } from '../direct-jobs.js';
import { FlowMismatchError, JobNotFoundError } from '../errors.js';
import {
  saveSignedDocuments,
  type SavedDocuments,
  type SaveSignedDocumentsOptions,
} from '../save-signed-documents.js';
import type { JobDescription, JobResult } from '../job-description.js';
import type { JobPage, JobSummary, ListAllJobsOptions, ListJobsOptions } from '../job-list.js';
import { readEmailRecipient, type StartBatchOptions, type StartPortalJobOptions } from '../emails.js';
import { notAsked, type AcceptanceOptions, type DecisionOptions } from '../operator-decisions.js';
import type { DirectJobRequest } from '../request/direct-job-request.js';
import type { PortalJobRequest } from '../request/portal-job-request.js';
import { readDirectJob } from '../request/prepare-direct-job.js';
import {
  checkPortalRequest,
  type PortalJobRequestDraft,
  type RequestCheck,
} from '../request/check-portal-job.js';
import { readPortalJob } from '../request/prepare-portal-job.js';
import {
  readSignedDocument,
  streamReceipt,
  streamSignedDocument,
  type ArchivedJobs,
  type SignedDocumentOptions,
  type SignedDocumentStream,
} from '../signed-document.js';
import { demandSender, type SenderOptions, type Signing } from '../signing.js';
import { sentDocumentsOf, type StartedJob } from '../start-signing.js';
import {
  queueNotFound,
  type ListQueuesOptions,
  type QueueDescription,
  type QueueKey,
  type QueueSummary,
} from '../status-queues.js';
import { watchJob, type WatchJobOptions } from '../watch-job.js';
import { checkExitUrl, type ExitUrlCheck, type ExitUrlToCheck } from '../web/check-exit-url.js';
import { ExitProofs } from '../web/exit-proofs.js';
import { makeExitUrls, type MakeExitUrlsOptions } from '../web/exit-urls.js';
import { cancelInMemory } from './cancel-in-memory.js';
import type { ActingSigner, EndedCeremony, InMemoryJob, SignerAct } from './in-memory-job.js';
import { InMemoryWorld, startedOf, type InMemoryOptions } from './in-memory-world.js';

/**
 * A {@link Signing} for the tests of your program: without Temporal, workers, storage or network, and with the checks,
 * error codes and repeats of the real one. A test acts for the signers: {@link InMemorySigningClient.sign}.
 *
 * It keeps jobs as long as the object lives. Jobs are created at once, and have no steps; signed documents are
 * placeholders without signatures, whose check is NOT_CHECKED, and can be deleted at the service at once; no polling
 * queue exists.
 */
export class InMemorySigningClient implements Signing {
  readonly #options: InMemoryOptions & { readonly organizationNumber: string };
  #world = new InMemoryWorld();
  /** False for a client of forSender, whose `close` does nothing. */
  #isOwner = true;

  /** @throws INVALID_REQUEST for a sender that has not nine digits */
  constructor(options: InMemoryOptions = {}) {
    const { organizationNumber = '910000007' } = options;
    demandSender(organizationNumber, options.sector);
    this.#options = { ...options, organizationNumber };
  }

  /**
   * A signer signs the job's documents. In the direct flow the answer has the exit URL, with its token.
   * @throws Error for a mistake of the test: no such job, or not the signer's turn
   */
  sign(reference: string, options: ActingSigner = {}): EndedCeremony {
    return this.#act('sign', reference, options);
  }

  /** A signer rejects, which ends the job. @throws Error for a mistake of the test, as {@link InMemorySigningClient.sign} */
  reject(reference: string, options: ActingSigner = {}): EndedCeremony {
    return this.#act('reject', reference, options);
  }

  /** A signer enters too many wrong codes, which ends the job with FAILED. @throws Error for a mistake of the test, as {@link InMemorySigningClient.sign} */
  block(reference: string, options: ActingSigner = {}): EndedCeremony {
    return this.#act('block', reference, options);
  }

  /**
   * A signer's ceremony fails at the service, in the direct flow. The signer may try again.
   * @throws Error for a mistake of the test: no such job, a portal job, or not the signer's turn
   */
  failCeremony(reference: string, options: ActingSigner = {}): EndedCeremony {
    return this.#act('fail', reference, options);
  }

  /**
   * The time of the signers whose turn it is runs out: the job ends with EXPIRED, or with NOT_REPORTED where the status
   * of a direct job is fetched by token and no browser came back.
   * @throws Error for a mistake of the test: no such job, or it has ended
   */
  expire(reference: string): void {
    this.#jobInTest(reference).expire();
  }

  /**
   * The signing process fails, as when the service refuses the job. Sending the same job again starts it again.
   * @throws Error for a mistake of the test: no such job, or it has ended
   */
  failProcess(reference: string, code: KnownErrorCode): void {
    this.#jobInTest(reference).failProcess(code, 'the test lets it fail.');
  }

  /** The next call fails with this error, such as a `SigningError` TEMPORAL_UNAVAILABLE; several calls in their order. */
  failNextCall(error: SigningError): void {
    this.#world.failures.push(error);
  }

  forSender(organizationNumber: string, { sector }: SenderOptions = {}): InMemorySigningClient {
    const { identityNumberCheck, pollingQueue } = this.#options;
    const options = { organizationNumber, sector, identityNumberCheck, pollingQueue };
    const client = new InMemorySigningClient(options);
    client.#world = this.#world;
    client.#isOwner = false;
    return client;
  }

  startPortalJob(request: PortalJobRequest, options: StartPortalJobOptions = {}): Promise<StartedJob> {
    return this.#call(options, async (signal) => {
      const claim = { ...this.#claimOptions, emailsTo: readEmailRecipient(options.emailsTo) };
      const read = await readPortalJob(request, { ...this.#prepareOptions, signal });
      const { input, existing } = await claimPortalJob(read, claim);
      const job = this.#world.start({ flow: 'PORTAL', input });
      return { ...startedOf(job, existing), documents: sentDocumentsOf(read.documents) };
    });
  }

  sendsEmails(options: CallOptions = {}): Promise<boolean> {
    return this.#call(options, () => Promise.resolve(true));
  }

  checkPortalJob(request: PortalJobRequestDraft, options: CallOptions = {}): Promise<RequestCheck> {
    return this.#call(options, (signal) => checkPortalRequest(request, { ...this.#prepareOptions, signal }));
  }

  /** Jobs of a batch are created at once, unless it is paused. */
  get batches(): Batches {
    return new Batches(this.#batchJobs);
  }

  checkBatch(request: CheckBatchRequest, options: CallOptions = {}): Promise<BatchCheck> {
    return this.#call(options, (signal) => checkBatch(request, this.#batchTools(signal)));
  }

  startBatch(request: StartBatchRequest, options: StartBatchOptions = {}): Promise<StartedBatch> {
    return this.#call(options, (signal) => {
      const emailsTo = readEmailRecipient(options.emailsTo, 'Nothing was sent');
      return startBatch(request, { ...this.#batchTools(signal), emailsTo });
    });
  }

  startDirectJob(request: DirectJobRequest, options: CallOptions = {}): Promise<StartedDirectJob> {
    return this.#call(options, async (signal) => {
      const read = await readDirectJob(request, { ...this.#prepareOptions, signal });
      const { input, existing } = await claimDirectJob(read, this.#claimOptions);
      const job = this.#world.start({ flow: 'DIRECT', input });
      const redirects = job.outcome === undefined ? job.redirects : [];
      const documents = sentDocumentsOf(read.documents);
      return { ...startedOf(job, existing), signatureJobId: job.signatureJobId, redirects, documents };
    });
  }

  createRedirectUrl(
    reference: string,
    signer: ChosenSigner,
    options: CallOptions = {},
  ): Promise<SignerRedirect> {
    return this.#call(options, () => this.#directJob(reference).createRedirectUrl(signer));
  }

  makeExitUrls(options: MakeExitUrlsOptions): ExitUrls {
    const { reference } = options;
    return makeExitUrls(options, (exit) => this.#proofs.of({ exit, reference }));
  }

  checkExitUrl(visited: ExitUrlToCheck): ExitUrlCheck {
    return checkExitUrl(visited, { proofs: this.#proofs });
  }

  signerReturned(
    reference: string,
    { statusQueryToken, ...options }: SignerReturnedOptions,
  ): Promise<SignerReturnedAnswer> {
    const handIn = async () => Promise.resolve(this.#directJob(reference).handIn(statusQueryToken));
    return this.#call(options, () =>
      options.proved === true ? handIn() : this.#world.visits.tryUnproved(reference, handIn),
    );
  }

  getJob(reference: string, options: CallOptions = {}): Promise<JobDescription> {
    return this.#call(options, () => this.#job(reference).describe());
  }

  async why(reference: string, options: CallOptions = {}): Promise<string> {
    return explainJob(await this.getJob(reference, options));
  }

  waitForResult(reference: string, options: CallOptions = {}): Promise<JobResult> {
    return this.#call(options, async (signal) => {
      const job = this.#job(reference);
      for (;;) {
        if (job.failure !== undefined) throw job.failure;
        if (job.result !== undefined) return job.result;
        await job.changed();
        signal?.throwIfAborted();
        this.#world.demandOpen();
      }
    });
  }

  watchJob(
    reference: string,
    options: WatchJobOptions = {},
  ): AsyncGenerator<JobDescription, void, undefined> {
    return watchJob(this, reference, { intervalMs: 100, ...options });
  }

  signedDocument(reference: string, options: SignedDocumentOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(options, () => readSignedDocument(this.#archived, reference, options));
  }

  signedDocumentStream(
    reference: string,
    options: SignedDocumentOptions = {},
  ): Promise<SignedDocumentStream> {
    return this.#call(options, (signal) =>
      streamSignedDocument(this.#archived, reference, { ...options, signal }),
    );
  }

  receiptStream(reference: string, options: CallOptions = {}): Promise<SignedDocumentStream> {
    return this.#call(options, () => streamReceipt(this.#archived, reference));
  }

  /** Writes placeholders to the folder. @throws as {@link Signing.saveSignedDocuments} */
  saveSignedDocuments(reference: string, options: SaveSignedDocumentsOptions = {}): Promise<SavedDocuments> {
    return this.#call(options, () => saveSignedDocuments(this.#archived, reference, options));
  }

  deleteDocumentsAtService(reference: string, options: CallOptions = {}): Promise<DeletedDocuments> {
    return this.#call(options, () => this.#world.deleteDocuments(this.#job(reference)));
  }

  runRetention({ dryRun = false, ...options }: RunRetentionOptions = {}): Promise<RetentionRun> {
    return this.#call(options, () => Promise.resolve({ dryRun }));
  }

  /** No job is ever in ARCHIVE_BROKEN here. @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE */
  retryArchiving(reference: string, options: DecisionOptions = {}): Promise<void> {
    return this.#call(options, () => this.#nothingToDecide(reference));
  }

  /** No job is ever in ARCHIVE_BROKEN here. @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE */
  acceptSignedDocuments(reference: string, acceptance: AcceptanceOptions): Promise<void> {
    return this.#call(acceptance, () => this.#nothingToDecide(reference));
  }

  /** No job is ever in CREATE_AMBIGUOUS here. @throws JOB_NOT_FOUND, NOTHING_TO_DECIDE */
  answerAmbiguousCreate(reference: string, _answer: unknown, options: CallOptions = {}): Promise<void> {
    return this.#call(options, () => this.#nothingToDecide(reference));
  }

  /** Empty: the in-memory client polls no queues. */
  listQueues(options: ListQueuesOptions = {}): Promise<readonly QueueSummary[]> {
    return this.#call(options, () => []);
  }

  /** The in-memory client polls no queues. @throws QUEUE_NOT_FOUND */
  getQueue(queue: QueueKey, options: CallOptions = {}): Promise<QueueDescription> {
    return this.#call(options, () => Promise.reject(queueNotFound(queue)));
  }

  /** The in-memory client polls no queues. @throws QUEUE_NOT_FOUND */
  confirmForeignChange(queue: QueueKey, _signatureJobId: string, options: CallOptions = {}): Promise<void> {
    return this.#call(options, () => Promise.reject(queueNotFound(queue)));
  }

  cancelJob(reference: string, options: CancelJobOptions): Promise<CancelAnswer> {
    return this.#call(options, () => cancelInMemory(this.#job(reference), options));
  }

  listJobs(options: ListJobsOptions = {}): Promise<JobPage> {
    return this.#call(options, () => this.#world.page(this.#options.organizationNumber, options));
  }

  async *listAllJobs(options: ListAllJobsOptions = {}): AsyncGenerator<JobSummary, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: JobPage = await this.listJobs({ ...options, limit: 1000, cursor });
      yield* page.jobs;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  close(): Promise<void> {
    if (this.#isOwner) this.#world.close();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #call<T>(options: CallOptions, action: (signal: AbortSignal | undefined) => T | Promise<T>): Promise<T> {
    return callWith(options, async (signal) => {
      this.#world.demandOpen();
      const failure = this.#world.failures.shift();
      if (failure !== undefined) throw failure;
      return action(signal);
    });
  }

  get #proofs(): ExitProofs {
    const { organizationNumber } = this.#options;
    return new ExitProofs({ organizationNumber, keys: this.#world.keys });
  }

  get #prepareOptions() {
    const { pollingQueue = CLIENT_DEFAULTS.pollingQueue, sector, identityNumberCheck } = this.#options;
    return { pollingQueue, sector, identityNumberCheck };
  }

  #batchTools(signal: AbortSignal | undefined) {
    return { jobs: this.#batchJobs, prepare: { ...this.#prepareOptions, signal } };
  }

  get #batchJobs(): BatchJobs {
    const { organizationNumber } = this.#options;
    return this.#world.batchJobsOf(organizationNumber, (options, action) => this.#call(options, action));
  }

  get #claimOptions(): ClaimOptions {
    return this.#world.claimOptionsOf(this.#options.organizationNumber);
  }

  get #archived(): ArchivedJobs {
    return this.#world.archivedJobsOf(this.#options.organizationNumber);
  }

  #find(reference: string): InMemoryJob | undefined {
    return this.#world.find({ organizationNumber: this.#options.organizationNumber, reference });
  }

  #act(act: SignerAct, reference: string, { signer }: ActingSigner): EndedCeremony {
    const exitUrl = this.#jobInTest(reference).act(act, signer);
    return exitUrl === undefined ? {} : { exitUrl };
  }

  #jobInTest(reference: string): InMemoryJob {
    const job = this.#find(reference);
    if (job === undefined) throw new Error(`No job has been started with reference "${reference}".`);
    return job;
  }

  /** @throws JOB_NOT_FOUND */
  #job(reference: string): InMemoryJob {
    const job = this.#find(reference);
    if (job === undefined) throw new JobNotFoundError(reference);
    return job;
  }

  /** @throws JOB_NOT_FOUND, NOT_IN_THIS_FLOW */
  #directJob(reference: string): InMemoryJob {
    const job = this.#job(reference);
    if (job.identity.flow !== 'DIRECT') throw new FlowMismatchError(reference, job.identity.flow);
    return job;
  }

  #nothingToDecide(reference: string): never {
    const { outcome } = this.#job(reference);
    throw notAsked(reference, outcome === undefined ? 'is in state WAITING_FOR_SIGNERS' : 'has ended');
  }
}
