import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  cancelUpdate,
  describeQuery,
  signingWorkflowId,
  type CancelAnswer,
  type SigningDescription,
  type SigningResult,
} from '../contract/index.js';
import { checkKeysOfWorkers, createDataConverter } from '../encryption/index.js';
import {
  type ClientSettings,
  type Environment,
  loadClientSettings,
  readEnvironment,
} from '../settings/index.js';
import { type LedgerEntry, openFileStorage, type Storage } from '../storage/index.js';
import { contentDigest } from './content-digest.js';
import { JobNotFoundError } from './errors/job-not-found-error.js';
import { SigningFailedError } from './errors/signing-failed-error.js';
import { describeResult, type JobDescription } from './job-description.js';
import { resultFromReceipt } from './job-from-receipt.js';
import { listJobs, type JobSummary, type ListJobsOptions } from './job-list.js';
import type { PortalJobRequest } from './request/portal-job-request.js';
import { preparePortalJob } from './request/prepare-portal-job.js';
import { signingFailureOf } from './signing-failure.js';
import { referenceTo, startSigningWorkflow, type StartedJob, storeDocuments } from './start-portal-job.js';
import { TemporalConnection } from './temporal-connection.js';

/** How long a worker may take to say where a job stands, in milliseconds: it may have to replay the job first. */
const DESCRIBE_WITHIN_MS = 10_000;

/** The argument of {@link SigningClient.connect}. */
export interface ConnectOptions {
  /** Read when `settings` are absent. @default the environment, and the `.env` file of the current folder */
  readonly env?: Environment;
  readonly settings?: ClientSettings;
}

/** Ends a wait early. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
}

/**
 * Has documents signed, for business systems: knows no certificate and no XML. Every call may be repeated; a reference
 * stands for one job, however often it is handed in.
 */
export class SigningClient {
  readonly #settings: ClientSettings;
  readonly #storage: Storage;
  readonly #temporal: TemporalConnection;

  private constructor(settings: ClientSettings, storage: Storage, temporal: TemporalConnection) {
    this.#settings = settings;
    this.#storage = storage;
    this.#temporal = temporal;
  }

  /** @throws INVALID_SETTINGS, KEY_MISMATCH, STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable) */
  static async connect({ env, settings }: ConnectOptions = {}): Promise<SigningClient> {
    const used = settings ?? loadClientSettings(env ?? readEnvironment());
    const storage = await openFileStorage({ root: used.storage });
    // Before a payload is written: one under a key that no worker has stops the workflow that receives it.
    await checkKeysOfWorkers(used.keys, storage.keyFingerprints);
    const temporal = await TemporalConnection.open(used.temporal, createDataConverter(used.keys));
    return new SigningClient(used, storage, temporal);
  }

  /**
   * Hands a job over, or finds the one that the same reference and content stand for.
   * @throws INVALID_REQUEST and DOCUMENT_NOT_ACCEPTED naming every mistake, REFERENCE_IN_USE,
   * STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async startPortalJob(request: PortalJobRequest): Promise<StartedJob> {
    const { organizationNumber, pollingQueue } = this.#settings;
    const { reference, documents, terms } = await preparePortalJob(request, { pollingQueue });
    const job = { ...terms, documents: documents.map(referenceTo) };
    const digest = contentDigest(job);
    const claim = {
      organizationNumber,
      reference,
      flow: 'PORTAL',
      pollingQueue: job.pollingQueue,
      contentDigest: digest,
    } as const;
    const { ledger } = this.#storage;
    const known = await ledger.find(claim);
    // Other content under a known reference is refused before any of it is stored.
    if (known !== undefined) await ledger.claim(claim);
    // Before the claim, so that whatever is claimed can be sent; again each time, which heals what was lost.
    await storeDocuments(documents, this.#storage.documents);
    const entry = await ledger.claim(claim);
    if (entry.settled === undefined) {
      const input = { version: 1, organizationNumber, reference, contentDigest: digest, job } as const;
      await this.#temporal.call((client) => startSigningWorkflow(client, input));
    }
    const workflowId = signingWorkflowId(organizationNumber, reference);
    return { reference, workflowId, existing: known !== undefined };
  }

  /**
   * Says where a job stands. While it runs, a worker answers; once it has ended, Temporal or the archive.
   * @throws JOB_NOT_FOUND, STORAGE_UNAVAILABLE (retryable), TEMPORAL_UNAVAILABLE (retryable)
   */
  async getJob(reference: string): Promise<JobDescription> {
    const status = await this.#statusOf(reference);
    if (status === 'RUNNING') return this.#askWorker(reference);
    try {
      return describeResult(await this.outcome(reference));
    } catch (error) {
      if (!(error instanceof SigningFailedError)) throw error;
      return { ...(await this.#describeFailed(reference)), failure: error };
    }
  }

  /**
   * Waits until a job has ended, be it in months, and gives its result. Rejected, expired and cancelled are results.
   * @throws JOB_NOT_FOUND, what the process failed with, TEMPORAL_UNAVAILABLE (retryable), the signal's reason
   */
  async outcome(reference: string, { signal }: WaitOptions = {}): Promise<SigningResult> {
    try {
      return await this.#temporal.call(
        (client) => this.#handleOf(client, reference).result() as Promise<SigningResult>,
        signal,
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError)) throw error;
      // Settled is settled, whatever became of the process afterwards.
      const entry = await this.#findEntry(reference);
      const result = entry === undefined ? undefined : await resultFromReceipt(entry, this.#storage.archive);
      if (result !== undefined) return result;
      if (error instanceof WorkflowFailedError) throw signingFailureOf(error, reference);
      throw new JobNotFoundError(reference, { claimed: entry !== undefined });
    }
  }

  /**
   * Withdraws a job: nobody who has not signed can sign any more. The outcome follows as usual.
   * @throws JOB_NOT_FOUND, what the service refuses, TEMPORAL_UNAVAILABLE (retryable), the signal's reason
   */
  async cancel(reference: string, reason: string, { signal }: WaitOptions = {}): Promise<CancelAnswer> {
    if ((await this.#statusOf(reference)) !== 'RUNNING') return { result: 'TOO_LATE' };
    try {
      // An update waits for a worker without end and without a word: make sure that there is one.
      await this.#askWorker(reference);
      return await this.#temporal.call(
        (client) => this.#handleOf(client, reference).executeUpdate(cancelUpdate, { args: [{ reason }] }),
        signal,
      );
    } catch (error) {
      // It has ended between the look and the call.
      if (error instanceof WorkflowNotFoundError) return { result: 'TOO_LATE' };
      throw signingFailureOf(error, reference);
    }
  }

  /**
   * Lists this organisation's jobs, the newest first, as far as Temporal remembers.
   * @throws INVALID_REQUEST for a state that does not exist, TEMPORAL_UNAVAILABLE (retryable)
   */
  async *listJobs(options: ListJobsOptions = {}): AsyncGenerator<JobSummary> {
    const jobs = listJobs(this.#temporal.client, this.#settings.organizationNumber, options);
    for (;;) {
      const next = await this.#temporal.call(() => jobs.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  /** Closes the connection to Temporal. Jobs go on. */
  async close(): Promise<void> {
    await this.#temporal.close();
  }

  #handleOf(client: Client, reference: string) {
    return client.workflow.getHandle(signingWorkflowId(this.#settings.organizationNumber, reference));
  }

  /** @throws TEMPORAL_UNAVAILABLE (retryable) when no worker answers */
  #askWorker(reference: string): Promise<SigningDescription> {
    return this.#temporal.ask(
      (client) => this.#handleOf(client, reference).query(describeQuery),
      DESCRIBE_WITHIN_MS,
    );
  }

  #findEntry(reference: string): Promise<LedgerEntry | undefined> {
    return this.#storage.ledger.find({ organizationNumber: this.#settings.organizationNumber, reference });
  }

  /** @throws JOB_NOT_FOUND when neither Temporal nor the ledger knows the reference */
  async #statusOf(reference: string): Promise<'RUNNING' | 'ENDED'> {
    try {
      const { status } = await this.#temporal.call((client) => this.#handleOf(client, reference).describe());
      return status.name === 'RUNNING' ? 'RUNNING' : 'ENDED';
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const entry = await this.#findEntry(reference);
      if (entry?.settled === undefined)
        throw new JobNotFoundError(reference, { claimed: entry !== undefined });
      return 'ENDED';
    }
  }

  /** What the ledger knows of a job whose process has failed before it was settled. */
  async #describeFailed(reference: string): Promise<JobDescription> {
    const { organizationNumber } = this.#settings;
    const entry = await this.#findEntry(reference);
    const signatureJobId = entry?.created?.signatureJobId;
    return {
      version: 1,
      flow: entry?.flow ?? 'PORTAL',
      organizationNumber,
      reference,
      state: 'FAILED',
      ...(signatureJobId === undefined ? {} : { signatureJobId }),
      signers: [],
      waitingFor: [],
      steps: [],
    };
  }
}
