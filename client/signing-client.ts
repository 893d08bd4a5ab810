import {
  explainJob,
  signingWorkflowId,
  type AmbiguousCreateAnswer,
  type CancelAnswer,
  type ChosenSigner,
  type SignerRedirect,
  type SignerReturnedAnswer,
} from '@signering/contract';
import type { ExitUrls } from '@signering/schema';
import { CLIENT_DEFAULTS, type ClientSettingsWithoutTemporal } from '@signering/settings';
import { batchJobsOf } from './batches/batch-jobs.js';
import { Batches } from './batches/batches.js';
import { checkBatch, type BatchCheck, type CheckBatchRequest } from './batches/check-batch.js';
import { startBatch, type StartBatchRequest, type StartedBatch } from './batches/start-batch.js';
import type { CallOptions } from './call-options.js';
import { cancelJob, type CancelJobOptions } from './cancel-job.js';
import { claimPortalJob } from './claim-job.js';
import { DirectJobs, type SignerReturnedOptions, type StartedDirectJob } from './direct-jobs.js';
import { connectJobs, type ConnectOptions } from './connect-jobs.js';
import { deleteDocumentsAtService, type DeletedDocuments } from './document-deletion.js';
import { ExitVisits } from './exit-visits.js';
import {
  saveSignedDocuments,
  type SavedDocuments,
  type SaveSignedDocumentsOptions,
} from './save-signed-documents.js';
import type { JobDescription, JobResult } from './job-description.js';
import {
  JobList,
  type ListAllJobsOptions,
  type JobPage,
  type JobSummary,
  type ListJobsOptions,
} from './job-list.js';
import { eraseJob, type ErasedJob, type EraseJobOptions } from './erase-job.js';
import { JobHolds } from './job-holds.js';
import { KnownJobs } from './known-jobs.js';
import { readOutcome } from './known-words.js';
import {
  OperatorDecisions,
  type AcceptanceOptions,
  type DecidedByOptions,
  type DecisionOptions,
} from './operator-decisions.js';
import type { DirectJobRequest } from './request/direct-job-request.js';
import type { PortalJobRequest } from './request/portal-job-request.js';
import { readDirectJob } from './request/prepare-direct-job.js';
import {
  checkPortalRequest,
  type PortalJobRequestDraft,
  type RequestCheck,
} from './request/check-portal-job.js';
import { readPortalJob } from './request/prepare-portal-job.js';
import {
  hasEmailWorker,
  readEmailRecipient,
  type StartBatchOptions,
  type StartPortalJobOptions,
} from './emails.js';
import { runRetention, type RetentionRun, type RunRetentionOptions } from './retention.js';
import {
  readSignedDocument,
  streamReceipt,
  streamSignedDocument,
  type SignedDocumentOptions,
  type SignedDocumentStream,
} from './signed-document.js';
import { demandSender, type SenderOptions, type Signing } from './signing.js';
import { sentDocumentsOf, startPortalSigning, type StartedJob } from './start-signing.js';
import {
  StatusQueues,
  type ListQueuesOptions,
  type QueueDescription,
  type QueueKey,
  type QueueSummary,
} from './status-queues.js';
import { startInSpan } from './traces.js';
import { watchJob, type WatchJobOptions } from './watch-job.js';
import {
  checkExitUrl,
  type ExitUrlCheck,
  type ExitUrlRules,
  type ExitUrlToCheck,
} from './web/check-exit-url.js';
import { ExitProofs } from './web/exit-proofs.js';
import { makeExitUrls, type MakeExitUrlsOptions } from './web/exit-urls.js';
import { Webhooks } from './webhooks.js';

/** What a client consists of. */
interface SigningClientParts {
  readonly settings: ClientSettingsWithoutTemporal;
  readonly jobs: KnownJobs;
  /** Shared by the clients of one connection. */
  readonly visits: ExitVisits;
  readonly closing: () => Promise<void>;
}

/** Gets documents signed by durable workflows, through Temporal and the storage that it shares with the workers. */
export class SigningClient implements Signing {
  /** The webhooks that workers send to other systems, for operators. */
  readonly webhooks: Webhooks;
  /** Legal holds: jobs of which nothing is deleted. */
  readonly holds: JobHolds;
  readonly batches: Batches;
  readonly #settings: ClientSettingsWithoutTemporal;
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
    this.webhooks = new Webhooks(jobs);
    this.holds = new JobHolds(jobs);
    this.batches = new Batches(batchJobsOf(jobs));
    this.#direct = new DirectJobs(jobs, visits);
    const { exitUrlsWithoutProofUntil: withoutProofUntil } = settings;
    this.#exitUrls = {
      proofs: new ExitProofs(settings),
      ...(withoutProofUntil !== undefined && { withoutProofUntil: new Date(withoutProofUntil) }),
    };
  }

  /**
   * Reads the settings and connects to storage and Temporal; close it after use.
   * @throws INVALID_SETTINGS naming every mistake in the settings by its path, INVALID_REQUEST for an invalid timeout, KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable; also for a folder that is not there or that
   * no worker has used), STORAGE_MISMATCH (retryable), VERSION_NOT_SUPPORTED for a storage of a later version,
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, CALL_TIMED_OUT (retryable)
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

  forSender(organizationNumber: string, { sector }: SenderOptions = {}): SigningClient {
    demandSender(organizationNumber, sector);
    const { sector: _ownSector, ...shared } = this.#settings;
    const settings = { ...shared, organizationNumber, ...(sector === undefined ? {} : { sector }) };
    const { storage, temporal, taskQueue, encryption } = this.#jobs;
    const jobs = new KnownJobs({ organizationNumber, storage, temporal, taskQueue, encryption });
    return new SigningClient({ settings, jobs, visits: this.#visits, closing: () => Promise.resolve() });
  }

  async startPortalJob(request: PortalJobRequest, options: StartPortalJobOptions = {}): Promise<StartedJob> {
    const { organizationNumber } = this.#settings;
    const { emailsTo } = options;
    return startInSpan({ name: 'startPortalJob', organizationNumber, flow: 'PORTAL' }, () =>
      this.#call(options, (signal) => this.#startPortalJob(request, { signal, emailsTo })),
    );
  }

  async #startPortalJob(
    request: PortalJobRequest,
    { signal, emailsTo }: StartPortalJobOptions,
  ): Promise<StartedJob> {
    const recipient = readEmailRecipient(emailsTo);
    const { pollingQueue = CLIENT_DEFAULTS.pollingQueue, sector, identityNumberCheck } = this.#settings;
    const read = await readPortalJob(request, { pollingQueue, sector, identityNumberCheck, signal });
    const { storage, temporal, taskQueue, encryption } = this.#jobs;
    const own = { organizationNumber: this.#jobs.organizationNumber, storage, temporal, encryption };
    const { input, entry, existing } = await claimPortalJob(read, { ...own, emailsTo: recipient });
    if (entry.settled === undefined) {
      await temporal.call((client) => startPortalSigning(client, { input, taskQueue }));
    }
    const { organizationNumber, reference } = input;
    return {
      reference,
      workflowId: signingWorkflowId(organizationNumber, reference),
      existing,
      ...(entry.settled !== undefined && readOutcome(entry.settled.outcome)),
      documents: sentDocumentsOf(read.documents),
    };
  }

  async checkBatch(request: CheckBatchRequest, options: CallOptions = {}): Promise<BatchCheck> {
    return this.#call(options, (signal) => checkBatch(request, this.#batchTools(signal)));
  }

  async startBatch(request: StartBatchRequest, options: StartBatchOptions = {}): Promise<StartedBatch> {
    const emailsTo = readEmailRecipient(options.emailsTo, 'Nothing was sent');
    return this.#call(options, (signal) => startBatch(request, { ...this.#batchTools(signal), emailsTo }));
  }

  #batchTools(signal: AbortSignal | undefined) {
    const { pollingQueue = CLIENT_DEFAULTS.pollingQueue, sector, identityNumberCheck } = this.#settings;
    return { jobs: batchJobsOf(this.#jobs), prepare: { pollingQueue, sector, identityNumberCheck, signal } };
  }

  async checkPortalJob(request: PortalJobRequestDraft, options: CallOptions = {}): Promise<RequestCheck> {
    const { sector, identityNumberCheck } = this.#settings;
    return this.#call(options, (signal) =>
      checkPortalRequest(request, { sector, identityNumberCheck, signal }),
    );
  }

  async startDirectJob(request: DirectJobRequest, options: CallOptions = {}): Promise<StartedDirectJob> {
    const { organizationNumber, sector, identityNumberCheck } = this.#settings;
    const { pollingQueue = CLIENT_DEFAULTS.pollingQueue } = this.#settings;
    return startInSpan({ name: 'startDirectJob', organizationNumber, flow: 'DIRECT' }, () =>
      this.#call(options, async (signal) =>
        this.#direct.start(
          await readDirectJob(request, { pollingQueue, sector, identityNumberCheck, signal }),
        ),
      ),
    );
  }

  async createRedirectUrl(
    reference: string,
    signer: ChosenSigner,
    options: CallOptions = {},
  ): Promise<SignerRedirect> {
    return this.#call(options, () => this.#direct.createRedirectUrl(reference, signer));
  }

  makeExitUrls(options: MakeExitUrlsOptions): ExitUrls {
    const { reference } = options;
    return makeExitUrls(options, (exit) => this.#exitUrls.proofs.of({ exit, reference }));
  }

  checkExitUrl(visited: ExitUrlToCheck): ExitUrlCheck {
    return checkExitUrl(visited, this.#exitUrls);
  }

  async signerReturned(reference: string, options: SignerReturnedOptions): Promise<SignerReturnedAnswer> {
    return this.#call(options, () => this.#direct.signerReturned(reference, options));
  }

  async getJob(reference: string, options: CallOptions = {}): Promise<JobDescription> {
    return this.#call(options, () => this.#jobs.describe(reference));
  }

  async why(reference: string, options: CallOptions = {}): Promise<string> {
    return explainJob(await this.getJob(reference, options));
  }

  async sendsEmails(options: CallOptions = {}): Promise<boolean> {
    const { temporal, taskQueue } = this.#jobs;
    return this.#call(options, () => temporal.call((client) => hasEmailWorker(client, taskQueue)));
  }

  async waitForResult(reference: string, options: CallOptions = {}): Promise<JobResult> {
    return this.#call(options, () => this.#jobs.waitForResult(reference));
  }

  watchJob(
    reference: string,
    options: WatchJobOptions = {},
  ): AsyncGenerator<JobDescription, void, undefined> {
    const { temporal } = this.#jobs;
    return watchJob(this, reference, {
      ...options,
      onInterruption: (error) => {
        temporal.logInterruption(error);
        options.onInterruption?.(error);
      },
    });
  }

  async signedDocument(
    reference: string,
    options: SignedDocumentOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call(options, () => readSignedDocument(this.#jobs, reference, options));
  }

  async signedDocumentStream(
    reference: string,
    options: SignedDocumentOptions = {},
  ): Promise<SignedDocumentStream> {
    return this.#call(options, (signal) =>
      streamSignedDocument(this.#jobs, reference, { ...options, signal }),
    );
  }

  async receiptStream(reference: string, options: CallOptions = {}): Promise<SignedDocumentStream> {
    return this.#call(options, () => streamReceipt(this.#jobs, reference));
  }

  async saveSignedDocuments(
    reference: string,
    options: SaveSignedDocumentsOptions = {},
  ): Promise<SavedDocuments> {
    return this.#call(options, () => saveSignedDocuments(this.#jobs, reference, options));
  }

  async deleteDocumentsAtService(reference: string, options: CallOptions = {}): Promise<DeletedDocuments> {
    return this.#call(options, () => deleteDocumentsAtService(this.#jobs, reference));
  }

  /**
   * Erases an ended job on request: the documents to sign, the archive, and what ledger and Temporal's closed histories hold of
   * persons. It cannot be undone. A receipt without personal data stays, and the reference cannot be used again: later calls
   * fail with JOB_ERASED. A repeated call completes what was interrupted or kept.
   * @throws JOB_NOT_FOUND, JOB_NOT_ENDED, JOB_ON_HOLD, INVALID_REQUEST for a reason or name of another length,
   * JOB_NOT_ERASED_YET (retryable; also without a worker), STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable),
   * TEMPORAL_REFUSED
   */
  async eraseJob(reference: string, options: EraseJobOptions): Promise<ErasedJob> {
    return this.#call(options, () => eraseJob(this.#jobs, reference, options));
  }

  async runRetention({ dryRun = false, ...options }: RunRetentionOptions = {}): Promise<RetentionRun> {
    return this.#call(options, () => runRetention(this.#jobs, dryRun));
  }

  async retryArchiving(reference: string, options: DecisionOptions = {}): Promise<void> {
    return this.#call(options, () => new OperatorDecisions(this.#jobs).retryArchiving(reference, options));
  }

  async acceptSignedDocuments(reference: string, acceptance: AcceptanceOptions): Promise<void> {
    return this.#call(acceptance, () => new OperatorDecisions(this.#jobs).accept(reference, acceptance));
  }

  async answerAmbiguousCreate(
    reference: string,
    answer: AmbiguousCreateAnswer['answer'],
    options: DecidedByOptions = {},
  ): Promise<void> {
    return this.#call(options, () =>
      new OperatorDecisions(this.#jobs).answerAmbiguousCreate(reference, answer, options),
    );
  }

  async listQueues(options: ListQueuesOptions = {}): Promise<readonly QueueSummary[]> {
    return this.#call(options, () => new StatusQueues(this.#jobs).list(options));
  }

  async getQueue(queue: QueueKey, options: CallOptions = {}): Promise<QueueDescription> {
    return this.#call(options, () => new StatusQueues(this.#jobs).describe(queue));
  }

  async confirmForeignChange(
    queue: QueueKey,
    signatureJobId: string,
    options: CallOptions = {},
  ): Promise<void> {
    return this.#call(options, () =>
      new StatusQueues(this.#jobs).confirmForeignChange(queue, signatureJobId),
    );
  }

  async cancelJob(reference: string, options: CancelJobOptions): Promise<CancelAnswer> {
    const { reason, by } = options;
    const input = { reason, ...(by !== undefined && { by }) };
    return this.#call(options, () => cancelJob(this.#jobs, reference, input));
  }

  async listJobs({ limit, cursor, ...options }: ListJobsOptions = {}): Promise<JobPage> {
    const list = new JobList(this.#jobs, options);
    return this.#call(options, () => list.page({ limit, cursor }));
  }

  async *listAllJobs(options: ListAllJobsOptions = {}): AsyncGenerator<JobSummary, void, undefined> {
    const list = new JobList(this.#jobs, options);
    let cursor: string | undefined;
    do {
      const from = cursor;
      const page = await this.#call(options, () => list.page({ cursor: from }));
      yield* page.jobs;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  #call<T>(options: CallOptions, action: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    return this.#jobs.temporal.bounded(options, action);
  }

  async close(): Promise<void> {
    await this.#closing();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
