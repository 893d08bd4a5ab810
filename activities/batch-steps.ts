import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { BatchPosition } from '@signering/contract';
import { isAmbiguous, isUnsettled, type BatchRecord, type LedgerEntry } from '@signering/storage';
import { BatchRows, type BatchDependencies } from './batch-rows.js';
import type { BatchWindow } from './batch-window.js';

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

/** The rows that a run looks at. */
export type RowsToDo = Required<Omit<BatchPosition, 'opened'>>;

/** How far one run came. */
type BatchProgress = RowsToDo & { readonly hasMore: boolean; readonly hasMoved: boolean };

/** One run through some rows of a batch. */
export class BatchSteps {
  readonly #batch: BatchRecord;
  readonly #batches: BatchDependencies['batches'];
  readonly #rows: BatchRows;
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
    this.#batches = dependencies.batches;
    this.#rows = new BatchRows(batch, dependencies);
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
    for await (const { reference, place } of this.#placedRows()) {
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
    for await (const row of this.#placedRows()) {
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

  async *#placedRows(): AsyncGenerator<PlacedRow> {
    const { lists, cancelled } = this.#batch;
    let place = 0;
    const all = [...lists, ...(cancelled?.unreleased ?? [])];
    for await (const { reference } of this.#batches.rows(this.#batch, all)) {
      place += 1;
      yield { reference, place };
    }
  }

  /** Also when a person ordered something: the next run acts on it. */
  async #isOver(): Promise<boolean> {
    if (Context.current().cancellationSignal.aborted || Date.now() > this.#until) return true;
    return this.#rows.hasNews();
  }

  async #look({ reference, place }: PlacedRow, isAgain: boolean): Promise<void> {
    const startedAt = Date.now();
    const step = await this.#rows.step(reference, isAgain);
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
    const lookedAt = Date.now();
    const entry = await this.#rows.find(row.reference);
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
    return this.#rows.giveUpFailed(entry);
  }
}
