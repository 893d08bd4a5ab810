import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { cancelUpdate, signingWorkflowId, type BatchPosition, type CancelInput } from '@signering/contract';
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
import type { BatchWindow } from './batch-window.js';
import { entryFaultOf } from './entry-fault.js';
import { startClaimedJob } from './start-claimed-job.js';

/** What the sending of batches works with. */
export type BatchDependencies = Pick<
  ActivityDependencies,
  'ledger' | 'batches' | 'temporal' | 'taskQueue' | 'storageIdentity' | 'encryption' | 'webhookReceivers'
>;

/** Rows that one run of the activity handles, so that history records progress. */
const MOST_ROWS = 200;
/** Sending stops while so many rows need another look: the service is down, or most rows have the same fault. */
const MOST_STUCK = 40;
/** As {@link MOST_STUCK}, of a batch that is cancelled. */
const MOST_NOT_CANCELLED = 500;
/** Between two looks at the jobs that are not created yet, in milliseconds. */
const LOOK_EVERY_MS = 200;
/** Looks at the ledger between two looks at the job's workflow. */
const LOOKS_FOR_EACH_DESCRIBE = 15;
/** A run ends when no job was created for this time, in milliseconds, and frees its slot. */
const STILL_MS = 4_000;
/** A run of the activity ends after this time, in milliseconds. */
const MOST_MS = 20_000;
/** Rows of a cancelled batch that are looked at side by side. */
const CANCELLED_AT_ONCE = 10;
/** Timeout of the cancellation of a sent job, in milliseconds: a later look waits for the same one. */
const CANCELLED_WITHIN_MS = 3_000;
/** A cancellation that failed is repeated after this time, in milliseconds; a job's workflow gives it up after five minutes. */
const REPEAT_CANCEL_MS = 6 * 60_000;
/** Timeout of a call to Temporal, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;

/** A row at its place in the batch. */
interface PlacedRow {
  readonly reference: string;
  readonly place: number;
}

/** A row that was started. */
interface StartedRow extends PlacedRow {
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** When it was last found not created, in milliseconds since 1970. */
  seenAt: number;
  looks: number;
}

/** DONE: it needs nothing more. STARTED: by this call. LATER: it needs another look. */
type RowStep = 'DONE' | 'STARTED' | 'LATER';

/** The rows that a run looks at. */
export type RowsToDo = Required<Omit<BatchPosition, 'opened'>>;

/** How far one run came. */
type BatchProgress = RowsToDo & { readonly hasMore: boolean; readonly hasMoved: boolean };

/** One run through some rows of a batch. */
export class BatchSteps {
  readonly #batch: BatchRecord;
  readonly #dependencies: BatchDependencies;
  /** Started, and not created yet. */
  #uncreated: StartedRow[] = [];
  readonly #window: BatchWindow;
  /** Places of rows that need another look, those that were looked at last at the end. */
  readonly #later = new Set<number>();
  readonly #until = Date.now() + MOST_MS;
  /** When a row was last started or created, in milliseconds since 1970. */
  #movedAt = Date.now();
  #hasMoved = false;

  /** @param window of the batch's earlier runs on this worker */
  constructor(batch: BatchRecord, window: BatchWindow, dependencies: BatchDependencies) {
    this.#batch = batch;
    this.#window = window;
    this.#dependencies = dependencies;
  }

  /** Looks at the rows behind the handled ones, and again at those of `later`. */
  async run(position: RowsToDo): Promise<BatchProgress> {
    for (const place of position.later) this.#later.add(place);
    const { handled, hasMore } = await (this.#batch.cancelled === undefined
      ? this.#send(position)
      : this.#cancelRows(position));
    const hasMoved = this.#hasMoved || handled > position.handled;
    return { handled, later: [...this.#later], hasMore, hasMoved };
  }

  /** First those of `later`, so that rows with a fault of the service hold the others back. */
  async #send({
    handled,
    later,
  }: RowsToDo): Promise<{ readonly handled: number; readonly hasMore: boolean }> {
    const before = new Set(later);
    let next = handled;
    let hasMore = false;
    for await (const { reference, place } of this.#rows()) {
      if (place <= handled && !before.has(place)) continue;
      await this.#waitUntilFewerThan(() => this.#window.size);
      const isFull = place > handled && this.#later.size >= MOST_STUCK;
      if (
        isFull ||
        this.#uncreated.length >= this.#window.size ||
        place > handled + MOST_ROWS ||
        (await this.#isOver())
      ) {
        hasMore = true;
        break;
      }
      await this.#look({ reference, place }, before.has(place));
      next = Math.max(next, place);
    }
    await this.#waitUntilFewerThan(() => 1);
    return { handled: next, hasMore };
  }

  /** First the new ones: workflows of the others may not answer. */
  async #cancelRows({
    handled,
    later,
  }: RowsToDo): Promise<{ readonly handled: number; readonly hasMore: boolean }> {
    const most = Math.min(MOST_ROWS, MOST_NOT_CANCELLED - later.length);
    const earlier = new Map<number, PlacedRow>();
    const added: PlacedRow[] = [];
    let hasMore = false;
    for await (const row of this.#rows()) {
      if (row.place <= handled) earlier.set(row.place, row);
      else if (added.length < most) added.push(row);
      else hasMore = true;
      if (hasMore) break;
    }
    let next = handled;
    const rows = [...added, ...later.flatMap((place) => earlier.get(place) ?? [])];
    for (let first = 0; first < rows.length; first += CANCELLED_AT_ONCE) {
      if (await this.#isOver()) return { handled: next, hasMore: true };
      const looked = rows.slice(first, first + CANCELLED_AT_ONCE);
      // All end before this attempt fails: another one would overlap with them.
      const looks = await Promise.allSettled(looked.map((row) => this.#look(row, row.place <= handled)));
      const failed = looks.find((look) => look.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      next = Math.max(next, ...looked.map(({ place }) => place));
    }
    return { handled: next, hasMore };
  }

  async *#rows(): AsyncGenerator<PlacedRow> {
    const { lists, cancelled } = this.#batch;
    let place = 0;
    const all = [...lists, ...(cancelled?.unreleased ?? [])];
    for await (const { reference } of this.#dependencies.batches.rows(this.#batch, all)) {
      place += 1;
      yield { reference, place };
    }
  }

  /** Also when a person ordered something: the next run acts on it. */
  async #isOver(): Promise<boolean> {
    if (Context.current().cancellationSignal.aborted || Date.now() > this.#until) return true;
    return this.#hasNews();
  }

  async #hasNews(): Promise<boolean> {
    return (await this.#dependencies.batches.newest(this.#batch)) !== this.#batch.newest;
  }

  async #look({ reference, place }: PlacedRow, isAgain: boolean): Promise<void> {
    const startedAt = Date.now();
    const step = await this.#step(reference, isAgain).catch((error: unknown): RowStep => {
      // Such as a key that this worker does not have: the other rows go on.
      if (error instanceof LedgerConflictError || entryFaultOf(error) !== undefined) return 'LATER';
      throw error;
    });
    const wasLater = this.#later.delete(place);
    if (step === 'DONE') {
      this.#hasMoved ||= wasLater;
      return;
    }
    this.#later.add(place);
    if (step !== 'STARTED') return;
    this.#movedAt = Date.now();
    this.#uncreated.push({ reference, place, startedAt, seenAt: startedAt, looks: 0 });
  }

  async #step(reference: string, isAgain: boolean): Promise<RowStep> {
    const { organizationNumber, cancelled } = this.#batch;
    const { entry } = await readRow(this.#dependencies.ledger, { organizationNumber, reference });
    if (entry === undefined || !isUnsettled(entry)) return 'DONE';
    if (cancelled !== undefined) return this.#cancel(entry);
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
    const { cancelled, reference } = this.#batch;
    // Another batch, or a single order, sends it, or has sent it.
    if (entry.batch !== reference) return 'DONE';
    if (isUnsent(entry)) {
      // Its batch may have been released again since the look at the log. A client that does so writes the entry after the
      // release, so a release that is not in the log yet makes the write below fail.
      return (await this.#hasNews()) ? 'LATER' : this.#abandon(entry, { withdrawn: true });
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

  async #waitUntilFewerThan(most: () => number): Promise<void> {
    const { cancellationSignal } = Context.current();
    while (this.#uncreated.length >= most() && !cancellationSignal.aborted) {
      if (Date.now() > Math.min(this.#until, this.#movedAt + STILL_MS)) return;
      const looked = await Promise.all(
        this.#uncreated.map(async (row) => ((await this.#isHandled(row)) ? [] : [row])),
      );
      const left = looked.flat();
      if (left.length < this.#uncreated.length) {
        this.#movedAt = Date.now();
        this.#hasMoved = true;
      }
      this.#uncreated = left;
      if (this.#uncreated.length >= most()) await sleep(LOOK_EVERY_MS);
    }
  }

  /** Whether the job is created, or cannot be without a person. */
  async #isHandled(row: StartedRow): Promise<boolean> {
    const { organizationNumber } = this.#batch;
    const lookedAt = Date.now();
    const { entry } = await readRow(this.#dependencies.ledger, {
      organizationNumber,
      reference: row.reference,
    });
    const isHandled =
      entry === undefined ||
      !isUnsettled(entry) ||
      entry.created !== undefined ||
      entry.attempts.some(isAmbiguous) ||
      (await this.#hasFailed(entry, row));
    if (isHandled) this.#later.delete(row.place);
    if (entry?.created !== undefined) {
      // Another worker wrote that time, whose clock may differ: it was between two looks.
      const createdAt = Math.max(Date.parse(entry.created.createdAt), row.seenAt);
      this.#window.created(Math.min(createdAt, lookedAt) - row.startedAt);
    }
    row.seenAt = lookedAt;
    return isHandled;
  }

  async #hasFailed(entry: LedgerEntry, row: StartedRow): Promise<boolean> {
    row.looks += 1;
    if (row.looks % LOOKS_FOR_EACH_DESCRIBE !== 1) return false;
    const run = await this.#runOf(entry);
    if (run === undefined || !failedSince(entry, run)) return false;
    return (await this.#abandon(entry, {})) === 'DONE';
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
