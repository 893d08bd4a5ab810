import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { cancelUpdate, signingWorkflowId, type CancelInput } from '@signering/contract';
import {
  isAmbiguous,
  isUnsent,
  isUnsettled,
  LedgerConflictError,
  readRow,
  type BatchRecord,
  type LedgerEntry,
} from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { entryFaultOf } from './entry-fault.js';
import { ANSWER_WITHIN_MS, startClaimedJob } from './start-claimed-job.js';

/** What the sending of batches works with. */
export type BatchDependencies = Pick<
  ActivityDependencies,
  | 'ledger'
  | 'batches'
  | 'temporal'
  | 'taskQueue'
  | 'storageIdentity'
  | 'encryption'
  | 'webhookReceivers'
  | 'sendsEmails'
>;

/** Timeout of the cancellation of a sent job, in milliseconds: a later look waits for the same one. */
const CANCELLED_WITHIN_MS = 3_000;
/** A cancellation that failed is repeated after this time, in milliseconds; a job's workflow gives it up after five minutes. */
const REPEAT_CANCEL_MS = 6 * 60_000;

/** DONE: the row needs nothing more. STARTED: by this call. LATER: it needs another look. */
export type RowStep = 'DONE' | 'STARTED' | 'LATER';

/** Does what each row of a batch needs next: starts, withdraws or cancels its job. */
export class BatchRows {
  readonly #batch: BatchRecord;
  readonly #dependencies: BatchDependencies;

  constructor(batch: BatchRecord, dependencies: BatchDependencies) {
    this.#batch = batch;
    this.#dependencies = dependencies;
  }

  /** @param isAgain it was looked at before */
  async step(reference: string, isAgain: boolean): Promise<RowStep> {
    try {
      const entry = await this.find(reference);
      if (entry === undefined || !isUnsettled(entry)) return 'DONE';
      // Another batch, or a single order, sends it, or has sent it.
      if (entry.batch !== this.#batch.reference) return 'DONE';
      return await (this.#batch.cancelled === undefined ? this.#send(entry, isAgain) : this.#cancel(entry));
    } catch (error) {
      // Such as a key that this worker does not have: the other rows go on.
      if (error instanceof LedgerConflictError || entryFaultOf(error) !== undefined) return 'LATER';
      throw error;
    }
  }

  /** Undefined also where the entry is damaged, or a later version wrote it. */
  async find(reference: string): Promise<LedgerEntry | undefined> {
    const { organizationNumber } = this.#batch;
    return (await readRow(this.#dependencies.ledger, { organizationNumber, reference })).entry;
  }

  /** Gives up a job whose workflow has failed. @returns whether it did */
  async giveUpFailed(entry: LedgerEntry): Promise<boolean> {
    const run = await this.#runOf(entry);
    if (run === undefined || !failedSince(entry, run)) return false;
    return (await this.#abandon(entry, {})) === 'DONE';
  }

  /** Whether the log has more than this run knows. */
  async hasNews(): Promise<boolean> {
    return (await this.#dependencies.batches.newest(this.#batch)) !== this.#batch.newest;
  }

  async #send(entry: LedgerEntry, isAgain: boolean): Promise<RowStep> {
    if (entry.created !== undefined) return 'DONE';
    if (!isUnsent(entry) && !entry.attempts.some(isAmbiguous)) return 'LATER';
    // The run that doubts, or the one that was started before, is the newest unless it has ended.
    if (isAgain || !isUnsent(entry)) {
      const run = await this.#runOf(entry);
      if (run !== undefined && !hasEnded(run)) return isUnsent(entry) ? 'LATER' : 'DONE';
      if (run !== undefined && isAgain && failedSince(entry, run)) return this.#abandon(entry, {});
    }
    if (await startClaimedJob(entry, this.#dependencies)) return 'STARTED';
    const run = await this.#runOf(entry);
    return run?.status.name === 'COMPLETED' ? this.#abandon(entry, {}) : 'LATER';
  }

  async #cancel(entry: LedgerEntry): Promise<RowStep> {
    const { cancelled } = this.#batch;
    if (isUnsent(entry)) {
      // Its batch may have been released again since the look at the log. A client that does so writes the entry after the
      // release, so a release that is not in the log yet makes the write below fail.
      return (await this.hasNews()) ? 'LATER' : this.#abandon(entry, { withdrawn: true });
    }
    const isInDoubt = entry.created === undefined && entry.attempts.some(isAmbiguous);
    if (entry.created === undefined && !isInDoubt) return 'LATER';
    if (cancelled?.sentToo !== true || entry.settled !== undefined) return 'DONE';
    // Its workflow refuses a cancellation only after a wait, which would hold up the rows behind it.
    return isInDoubt ? 'LATER' : this.#cancelSent(entry, cancelled);
  }

  async #cancelSent(
    entry: LedgerEntry,
    { reason = 'The batch was cancelled', by }: { readonly reason?: string; readonly by?: string },
  ): Promise<RowStep> {
    const { temporal } = this.#dependencies;
    const input: CancelInput = { reason, ...(by !== undefined && { by }), bulk: true };
    // A later look waits for the same update, because Temporal bounds the number of pending ones. One that failed is repeated.
    const updateId = `batch-${this.#batch.opened}-${Math.floor(Date.now() / REPEAT_CANCEL_MS)}`;
    try {
      await temporal.withDeadline(Date.now() + CANCELLED_WITHIN_MS, () =>
        this.#handleOf(entry).executeUpdate(cancelUpdate, { args: [input], updateId }),
      );
      return 'DONE';
    } catch (error) {
      const isOfThisRow =
        // It has ended meanwhile, or the service did not answer.
        error instanceof WorkflowUpdateFailedError ||
        // The ledger walk starts it again.
        error instanceof WorkflowNotFoundError ||
        error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
      if (isOfThisRow) return 'LATER';
      throw error;
    }
  }

  async #runOf(entry: LedgerEntry): Promise<WorkflowExecutionDescription | undefined> {
    const { temporal } = this.#dependencies;
    try {
      return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        this.#handleOf(entry).describe(),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  #handleOf({ organizationNumber, reference }: LedgerEntry) {
    return this.#dependencies.temporal.workflow.getHandle(signingWorkflowId(organizationNumber, reference));
  }

  async #abandon(entry: LedgerEntry, facts: { readonly withdrawn?: true }): Promise<RowStep> {
    try {
      const abandonedAt = new Date().toISOString();
      await this.#dependencies.ledger.advance(entry, { abandoned: { abandonedAt, ...facts } });
      return 'DONE';
    } catch (error) {
      // Another process wrote the entry.
      if (error instanceof LedgerConflictError) return 'LATER';
      throw error;
    }
  }
}

function hasEnded({ closeTime }: WorkflowExecutionDescription): boolean {
  return closeTime !== undefined;
}

/** Whether the run ended without the job, and is no older than the last hand-over. A lost or terminated one is started again. */
function failedSince(
  { claimedAt, reopenedAt = claimedAt }: LedgerEntry,
  { status, startTime }: WorkflowExecutionDescription,
): boolean {
  const isOver = ['FAILED', 'CANCELLED', 'COMPLETED'].includes(status.name);
  return isOver && startTime.getTime() >= Date.parse(reopenedAt);
}
