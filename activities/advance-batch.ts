import { Context } from '@temporalio/activity';
import type { BatchCounts, BatchIdentity, BatchPosition } from '@signering/contract';
import { BatchTally, type BatchRecord } from '@signering/storage';
import type { BatchDependencies } from './batch-rows.js';
import { BatchWindow } from './batch-window.js';
import { BatchSteps, type RowsToDo } from './batch-steps.js';
import { publishBatchCompleted } from './publish-events.js';

/** The argument of the activity `advanceBatch`. */
export type AdvanceBatchInput = BatchIdentity & BatchPosition;

/** How far a batch is. */
export interface AdvancedBatch extends BatchPosition {
  /** Absent: not counted this time. */
  readonly counts?: BatchCounts;
  /** How long the count took, in milliseconds. */
  readonly countedInMs?: number;
  readonly isPaused: boolean;
  /** There are rows that it has not looked at. */
  readonly hasMore: boolean;
  /** False: nothing has changed for any row, so the next run is worth a pause. */
  readonly hasMoved: boolean;
  /** Every row has an outcome. */
  readonly hasEnded: boolean;
  /** Workers have a mail server. */
  readonly sendsEmails?: true;
}

/** Batches that one worker advances at the same time. */
const MOST_BATCHES = 3;
/** Batches that wait for their turn in the worker's slots for activities: the others are left to people's jobs. */
const MOST_WAITING = 6;
/** Between two counts of a batch that is being sent, in milliseconds. */
const COUNT_EVERY_MS = 60_000;
/** Batches that a worker keeps in memory. */
const MOST_KEPT = 50;

/** What a worker keeps of a batch between its runs. */
interface KeptBatch {
  readonly tally: BatchTally;
  readonly window: BatchWindow;
  /** When it counted last, in milliseconds since 1970; 0: never. */
  countedAt: number;
}

export const createAdvanceBatchActivity = (dependencies: BatchDependencies) => {
  const keptBatches = new Map<string, KeptBatch>();
  let running = 0;
  /** Gives batches their turns, in the order in which they asked: one that was just advanced waits behind them. */
  const waiting: (() => void)[] = [];

  return {
    /**
     * Does what storage says about a batch: starts the workflows of rows as fast as their jobs are created, withdraws rows, or
     * only counts. Safe to repeat.
     */
    advanceBatch: async ({
      organizationNumber,
      reference,
      ...before
    }: AdvanceBatchInput): Promise<AdvancedBatch> => {
      const batch = { organizationNumber, reference };
      if (running < MOST_BATCHES) running += 1;
      else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
      else return { ...before, isPaused: false, hasMore: true, hasMoved: false, hasEnded: false };
      try {
        Context.current().cancellationSignal.throwIfAborted();
        const record = await dependencies.batches.find(batch);
        // A row that was handled may have been handed over again since.
        const isKnown = record === undefined || record.opened === before.opened;
        const { handled, later = [] }: BatchPosition = isKnown ? before : { handled: 0 };
        if (record !== undefined) return await advance(record, { handled, later });
        const nothing = { isPaused: false, hasMore: false, hasMoved: false, hasEnded: true };
        const noRows = dependencies.batches.rows(batch, []);
        const counts = await new BatchTally(dependencies.ledger).count(batch, noRows);
        return { handled, counts, ...nothing };
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };

  async function advance(record: BatchRecord, position: RowsToDo): Promise<AdvancedBatch> {
    const { opened } = record;
    const isPaused = record.paused !== undefined;
    // A hand-over that was broken off may have claimed rows again.
    const isOver = record.ended !== undefined;
    const kept = keptOf(record);
    const steps =
      isPaused || isOver
        ? { ...position, hasMore: false, hasMoved: false }
        : await new BatchSteps(record, kept.window, dependencies).run(position);
    if (steps.hasMore && Date.now() - kept.countedAt < COUNT_EVERY_MS) {
      return { ...steps, opened, isPaused, hasEnded: false };
    }
    const startedAt = Date.now();
    const rows = dependencies.batches.rows(record, record.lists);
    const counts = await kept.tally.count(record, rows);
    kept.countedAt = Date.now();
    const countedInMs = kept.countedAt - startedAt;
    const isOpen =
      !isOver && (steps.hasMore || steps.later.length > 0 || counts.UNSENT > 0 || counts.WAITING > 0);
    if (!isOpen && !isOver) {
      await publishBatchCompleted(record, counts, dependencies);
      const at = new Date().toISOString();
      await dependencies.batches.record(record, { event: 'ENDED', at, seen: record.newest, counts });
    }
    const sendsEmails = dependencies.sendsEmails === true && { sendsEmails: true as const };
    return { ...steps, opened, counts, countedInMs, isPaused, hasEnded: !isOpen, ...sendsEmails };
  }

  function keptOf({ organizationNumber, reference }: BatchIdentity): KeptBatch {
    const key = `${organizationNumber}/${reference}`;
    const kept = keptBatches.get(key) ?? {
      tally: new BatchTally(dependencies.ledger),
      window: new BatchWindow(),
      countedAt: 0,
    };
    keptBatches.delete(key);
    keptBatches.set(key, kept);
    const [oldest] = keptBatches.keys();
    if (keptBatches.size > MOST_KEPT && oldest !== undefined) keptBatches.delete(oldest);
    return kept;
  }
};
