import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  cancelUpdate,
  signingWorkflowId,
  type BatchCounts,
  type BatchIdentity,
  type BatchPosition,
} from '@signering/contract';
import {
  BatchTally,
  isAmbiguous,
  isUnsettled,
  LedgerConflictError,
  type BatchRecord,
  type LedgerEntry,
} from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { startClaimedJob } from './start-claimed-job.js';

/** The argument of the activity `advanceBatch`. */
export type AdvanceBatchInput = BatchIdentity & BatchPosition;

/** How far a batch is. */
export interface AdvancedBatch extends BatchPosition {
  readonly counts: BatchCounts;
  readonly isPaused: boolean;
  /** There are rows to send, or jobs to cancel, at once. */
  readonly hasMore: boolean;
  /** Every row has an outcome. */
  readonly hasEnded: boolean;
}

/** Rows that one run of the activity handles, so that history records progress. */
const MOST_ROWS = 200;
/** Jobs whose workflow was started and that are not created yet: people's jobs wait behind so many at most. */
const MOST_UNCREATED = 10;
/** Between two looks at the jobs that are not created yet, in milliseconds. */
const LOOK_EVERY_MS = 200;
/** Looks at the ledger between two looks at the job's workflow. */
const LOOKS_FOR_EACH_DESCRIBE = 15;
/** A run of the activity ends after this time, in milliseconds. */
const MOST_MS = 120_000;
/** Tallies that are kept in memory. */
const MOST_TALLIES = 50;

type Dependencies = Pick<
  ActivityDependencies,
  'ledger' | 'batches' | 'temporal' | 'taskQueue' | 'storageIdentity' | 'encryption'
>;

export const createAdvanceBatchActivity = (dependencies: Dependencies) => {
  const tallies = new Map<string, BatchTally>();
  const tallyOf = ({ organizationNumber, reference }: BatchIdentity): BatchTally => {
    const key = `${organizationNumber}/${reference}`;
    const tally = tallies.get(key) ?? new BatchTally(dependencies.ledger);
    tallies.delete(key);
    tallies.set(key, tally);
    const [oldest] = tallies.keys();
    if (tallies.size > MOST_TALLIES && oldest !== undefined) tallies.delete(oldest);
    return tally;
  };

  return {
    /**
     * Does what storage says about a batch: starts the workflows of rows as fast as their jobs are created, withdraws rows, or
     * only counts. Safe to repeat.
     */
    advanceBatch: async ({ handled, ...batch }: AdvanceBatchInput): Promise<AdvancedBatch> => {
      const { batches } = dependencies;
      const record = await batches.find(batch);
      if (record === undefined) {
        return { handled, counts: await countsOf(batch, 0), isPaused: false, hasMore: false, hasEnded: true };
      }
      const isPaused = record.paused !== undefined;
      const position = isPaused ? handled : await new BatchSteps(record, dependencies).run(handled);
      const counts = await countsOf(batch, record.lists);
      const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const hasMore = !isPaused && position < rows;
      const hasEnded = !hasMore && counts.UNSENT === 0 && counts.WAITING === 0;
      if (hasEnded && record.ended === undefined) {
        const at = new Date().toISOString();
        await batches.record(batch, { event: 'ENDED', at, lists: record.lists, counts });
      }
      return { handled: position, counts, isPaused, hasMore, hasEnded };
    },
  };

  function countsOf(batch: BatchIdentity, lists: number): Promise<BatchCounts> {
    return tallyOf(batch).count(batch.organizationNumber, dependencies.batches.rows(batch, lists));
  }
};

/** A row that was started, at its place in the batch. */
interface StartedRow {
  readonly reference: string;
  readonly place: number;
  looks: number;
}

/** One run through some rows of a batch. */
class BatchSteps {
  readonly #batch: BatchRecord;
  readonly #dependencies: Dependencies;
  /** Started, and not created yet. */
  #uncreated: StartedRow[] = [];
  #next: number;
  readonly #until = Date.now() + MOST_MS;

  constructor(batch: BatchRecord, dependencies: Dependencies) {
    this.#batch = batch;
    this.#dependencies = dependencies;
    this.#next = 0;
  }

  /** @returns how many rows from the first one on need nothing more */
  async run(handled: number): Promise<number> {
    const { cancellationSignal } = Context.current();
    const { batches } = this.#dependencies;
    let place = 0;
    this.#next = handled;
    for await (const { reference } of batches.rows(this.#batch, this.#batch.lists)) {
      place += 1;
      if (place <= handled) continue;
      const isOver = place > handled + MOST_ROWS || cancellationSignal.aborted || Date.now() > this.#until;
      if (isOver) break;
      await this.#row(reference, place);
      this.#next = place;
      await this.#waitUntilFewerThan(MOST_UNCREATED);
    }
    await this.#waitUntilFewerThan(1);
    return Math.min(this.#next, ...this.#uncreated.map((row) => row.place - 1));
  }

  async #row(reference: string, place: number): Promise<void> {
    const { organizationNumber, cancelled } = this.#batch;
    const entry = await this.#dependencies.ledger.find({ organizationNumber, reference });
    if (entry === undefined || !isUnsettled(entry)) return;
    if (cancelled !== undefined) return this.#cancel(entry);
    if (entry.created !== undefined || entry.attempts.some(isAmbiguous)) return;
    await startClaimedJob(entry, this.#dependencies);
    this.#uncreated.push({ reference, place, looks: 0 });
  }

  async #cancel(entry: LedgerEntry): Promise<void> {
    const { cancelled } = this.#batch;
    if (entry.created === undefined && entry.attempts.length === 0) {
      await this.#abandon(entry, { withdrawn: true });
    } else if (cancelled?.sentToo === true && entry.settled === undefined) {
      await this.#cancelSent(entry, cancelled);
    }
  }

  async #cancelSent(
    { organizationNumber, reference }: LedgerEntry,
    { reason = 'The batch was cancelled', by }: { readonly reason?: string; readonly by?: string },
  ): Promise<void> {
    const { temporal } = this.#dependencies;
    const handle = temporal.workflow.getHandle(signingWorkflowId(organizationNumber, reference));
    try {
      await handle.executeUpdate(cancelUpdate, { args: [{ reason, ...(by !== undefined && { by }) }] });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async #waitUntilFewerThan(most: number): Promise<void> {
    const { cancellationSignal } = Context.current();
    while (this.#uncreated.length >= most && !cancellationSignal.aborted && Date.now() < this.#until) {
      const looked = await Promise.all(
        this.#uncreated.map(async (row) => ((await this.#isHandled(row)) ? [] : [row])),
      );
      this.#uncreated = looked.flat();
      if (this.#uncreated.length >= most) await sleep(LOOK_EVERY_MS);
    }
  }

  /** Whether the job is created, or cannot be without a person. */
  async #isHandled(row: StartedRow): Promise<boolean> {
    const { organizationNumber } = this.#batch;
    const { reference } = row;
    const entry = await this.#dependencies.ledger.find({ organizationNumber, reference });
    if (entry === undefined || !isUnsettled(entry)) return true;
    if (entry.created !== undefined || entry.attempts.some(isAmbiguous)) return true;
    row.looks += 1;
    if (row.looks % LOOKS_FOR_EACH_DESCRIBE !== 1) return false;
    const { temporal } = this.#dependencies;
    const { status } = await temporal.workflow
      .getHandle(signingWorkflowId(organizationNumber, reference))
      .describe();
    if (status.name !== 'FAILED' && status.name !== 'CANCELLED') return false;
    await this.#abandon(entry, {});
    return true;
  }

  async #abandon(entry: LedgerEntry, facts: { readonly withdrawn?: true }): Promise<void> {
    try {
      const abandonedAt = new Date().toISOString();
      await this.#dependencies.ledger.advance(entry, { abandoned: { abandonedAt, ...facts } });
    } catch (error) {
      // Another process wrote the entry: the next run of the activity looks again.
      if (!(error instanceof LedgerConflictError)) throw error;
    }
  }
}
