import {
  type Client,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  describeQuery,
  signingWorkflowId,
  type SigningDescription,
  type SigningResult,
} from '@signering/contract';
import type { JsonEncryption, KeyMismatchError } from '@signering/encryption';
import {
  JobErasedError,
  settledJobOf,
  type LedgerEntry,
  type LegalHold,
  type Storage,
} from '@signering/storage';
import { SigningError } from '@signering/schema';
import { describeFailedProcess } from './describe-failed-process.js';
import { JobNotFoundError, SigningFailedError, TemporalError } from './errors.js';
import { describeResult, isOpenState, type JobDescription, type JobResult } from './job-description.js';
import { withoutKey } from './job-holds.js';
import { resultFromReceipt } from './job-from-receipt.js';
import { readDescription, readResult } from './known-words.js';
import { readableData } from './readable-data.js';
import { withoutReceipt } from './signed-document.js';
import { signingFailureOf } from './signing-failure.js';
import type { TemporalConnection } from './temporal-connection.js';
import { unreadableInput } from './unreadable-input.js';

/**
 * How long Temporal may take to add what it knows of a settled job, such as its steps, in milliseconds. The receipt
 * answers without it.
 */
const ADD_TO_RECEIPT_WITHIN_MS = 2_000;

/** The argument of {@link KnownJobs}. */
export interface KnownJobsOptions {
  readonly organizationNumber: string;
  readonly storage: Storage;
  readonly temporal: TemporalConnection;
  /** Where workers look for the workflows that this client starts. */
  readonly taskQueue: string;
  /** Encrypts what storage keeps of a job's content. */
  readonly encryption: JsonEncryption;
}

/** Looks up an organisation's jobs: in Temporal during its retention, in storage without limit. */
export class KnownJobs {
  readonly organizationNumber: string;
  readonly storage: Storage;
  readonly temporal: TemporalConnection;
  readonly taskQueue: string;
  readonly encryption: JsonEncryption;

  constructor({ organizationNumber, storage, temporal, taskQueue, encryption }: KnownJobsOptions) {
    this.organizationNumber = organizationNumber;
    this.storage = storage;
    this.temporal = temporal;
    this.taskQueue = taskQueue;
    this.encryption = encryption;
  }

  handleOf(client: Client, reference: string) {
    return client.workflow.getHandle(signingWorkflowId(this.organizationNumber, reference));
  }

  /** @throws JOB_ERASED */
  async findEntry(reference: string): Promise<LedgerEntry | undefined> {
    const { organizationNumber } = this;
    const entry = await this.storage.ledger.find({ organizationNumber, reference });
    const erased = entry && JobErasedError.of(entry);
    if (erased !== undefined) throw erased;
    return entry;
  }

  /**
   * @throws KEY_MISMATCH when no worker can decrypt the job's input, WORKER_UNAVAILABLE (retryable) when no worker
   * answers
   */
  async askWorker(reference: string): Promise<Omit<SigningDescription, 'version'>> {
    try {
      const described = await this.temporal.ask((client) =>
        this.handleOf(client, reference).query(describeQuery),
      );
      return readDescription(readableData(described, answerOf(reference)));
    } catch (error) {
      // Where this cannot be found out in the time that is left, the first error says more.
      throw (await this.unreadable(reference).catch(() => undefined)) ?? error;
    }
  }

  /** @returns KEY_MISMATCH when no worker can decrypt the input of the job's workflow @throws STORAGE_UNAVAILABLE */
  unreadable(reference: string): Promise<KeyMismatchError | undefined> {
    return this.temporal.call((client) =>
      unreadableInput(
        client,
        signingWorkflowId(this.organizationNumber, reference),
        this.storage.keyFingerprints,
      ),
    );
  }

  /** @throws JOB_NOT_FOUND when neither Temporal nor the ledger knows the reference */
  async statusOf(reference: string): Promise<'RUNNING' | 'ENDED'> {
    return isOpenExecution(await this.#executionOf(reference)) ? 'RUNNING' : 'ENDED';
  }

  /** Undefined for an ended job that Temporal has forgotten. @throws JOB_NOT_FOUND */
  async #executionOf(reference: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await this.temporal.call((client) => this.handleOf(client, reference).describe());
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const entry = await this.findEntry(reference);
      if (entry?.settled === undefined)
        throw new JobNotFoundError(reference, { claimed: entry !== undefined });
      return undefined;
    }
  }

  /** As `SigningClient.getJob`. */
  async describe(reference: string): Promise<JobDescription> {
    const [described, hold] = await Promise.all([this.#describeJob(reference), this.#holdOf(reference)]);
    return { ...described, ...(hold && { hold: withoutKey(hold) }) };
  }

  async #holdOf(reference: string): Promise<LegalHold | undefined> {
    try {
      return await this.storage.holds.find({ organizationNumber: this.organizationNumber, reference });
    } catch (error) {
      // Temporal describes the job without storage too.
      if (error instanceof SigningError && error.code === 'STORAGE_UNAVAILABLE') return undefined;
      throw error;
    }
  }

  async #describeJob(reference: string): Promise<JobDescription> {
    const kept = await this.#keptResult(reference);
    if (kept === undefined) return this.temporal.within(() => this.#describeFromTemporal(reference));
    try {
      const described = await this.temporal.within(
        () => this.#describeFromTemporal(reference),
        ADD_TO_RECEIPT_WITHIN_MS,
      );
      return { ...described, ...removalOf(kept) };
    } catch (error) {
      if (!(error instanceof TemporalError)) throw error;
      return describeResult(kept);
    }
  }

  async #describeFromTemporal(reference: string): Promise<JobDescription> {
    const execution = await this.#executionOf(reference);
    if (isOpenExecution(execution)) {
      const { state, ...described } = await this.askWorker(reference);
      if (isOpenState(state)) return { ...described, status: 'RUNNING', state };
      // It has ended since.
    }
    try {
      return describeResult(await this.#resultFromTemporal(reference));
    } catch (error) {
      if (!(error instanceof SigningFailedError)) throw error;
      // One that was open before has changed since.
      const isKnown = execution !== undefined && !isOpenExecution(execution);
      const failed = isKnown
        ? execution
        : await this.temporal.call((client) => this.handleOf(client, reference).describe());
      return describeFailedProcess(this, error, { reference, execution: failed });
    }
  }

  /** As `SigningClient.waitForResult`. */
  async waitForResult(reference: string): Promise<JobResult> {
    try {
      // A settled job does not wait for a Temporal that is away; a job on its way to the confirmation does wait for that.
      const archived = await this.#keptResult(reference);
      if (archived !== undefined) {
        await this.temporal.within(() => this.statusOf(reference), ADD_TO_RECEIPT_WITHIN_MS);
      }
      return { ...(await this.#resultFromTemporal(reference)), ...removalOf(archived) };
    } catch (error) {
      if (!(error instanceof TemporalError)) throw error;
      // The job may have been settled during the wait.
      const kept = await this.#keptResult(reference);
      if (kept === undefined) throw error;
      return kept;
    }
  }

  /** The result of a settled job by its receipt. Undefined if storage is unavailable: Temporal may know the job. */
  async #keptResult(reference: string): Promise<JobResult | undefined> {
    try {
      const entry = await this.findEntry(reference);
      return entry === undefined ? undefined : await resultFromReceipt(entry, this.storage.archive);
    } catch (error) {
      if (error instanceof SigningError && error.code !== 'JOB_ERASED') return undefined;
      throw error;
    }
  }

  async #resultFromTemporal(reference: string): Promise<JobResult> {
    try {
      const result = await this.temporal.wait(
        (client) => this.handleOf(client, reference).result() as Promise<SigningResult>,
      );
      const { version: _, ...read } = readableData(result, answerOf(reference));
      return readResult(read);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError)) throw error;
      // A settled job has its result, even if its process failed afterwards.
      const entry = await this.findEntry(reference);
      const result = entry === undefined ? undefined : await resultFromReceipt(entry, this.storage.archive);
      if (result !== undefined) return result;
      if (error instanceof WorkflowFailedError) throw signingFailureOf(error, reference);
      const settled = entry === undefined ? undefined : settledJobOf(entry);
      if (settled !== undefined) throw withoutReceipt(settled, this.storage.location);
      throw new JobNotFoundError(reference, { claimed: entry !== undefined });
    }
  }
}

/** Temporal does not know what happened to the documents after the end. */
function removalOf(kept: JobResult | undefined): Pick<JobResult, 'documentsRemovedAt'> {
  const removedAt = kept?.documentsRemovedAt;
  return removedAt === undefined ? {} : { documentsRemovedAt: removedAt };
}

/** One that an operator paused in Temporal goes on later. */
function isOpenExecution(execution: WorkflowExecutionDescription | undefined): boolean {
  return execution?.status.name === 'RUNNING' || execution?.status.name === 'PAUSED';
}

/** Names what a job's workflow answered, in messages. */
function answerOf(reference: string): string {
  return `the answer of the signing process of reference "${reference}"`;
}
