import { setTimeout as pause } from 'node:timers/promises';
import { BATCH_ROW_STATES, maskedTexts, type BatchCounts } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { BatchTally, type BatchEvent, type BatchRecord } from '@signering/storage';
import { demandTimeout, type CallOptions } from '../call-options.js';
import { demandDecision } from '../job-holds.js';
import type { DecidedByOptions } from '../operator-decisions.js';
import { readEmailRecipient, type StartBatchOptions } from '../emails.js';
import type { BatchJobs } from './batch-jobs.js';
import {
  csvOf,
  resolveResultsOptions,
  resultsOf,
  type BatchResultsOptions,
  type BatchRowResult,
} from './batch-results.js';
import { demandBatchReference } from './check-batch.js';

/** A batch and how far it is. */
export interface BatchDescription {
  readonly reference: string;
  /** PAUSED: unsent rows wait. COMPLETED: every row has an outcome. CANCELLED: by a person; rows that were sent may be open. */
  readonly state: 'RUNNING' | 'PAUSED' | 'CANCELLED' | 'COMPLETED';
  /** When its first rows were handed over, ISO 8601. */
  readonly startedAt: string;
  /** Since when every row has an outcome, ISO 8601. */
  readonly endedAt?: string;
  readonly rows: number;
  /** Rows whose job was created at the service, also those whose job has ended. */
  readonly sent: number;
  /** How many of the rows are in each state now. */
  readonly counts: BatchCounts;
  /** When the last unsent row will be sent at the present pace, ISO 8601. Absent while that is unknown, and when there is none. */
  readonly allSentAt?: string;
  /** Who paused it, when and why. */
  readonly paused?: { readonly at: string; readonly by?: string; readonly reason?: string };
  readonly cancelled?: {
    readonly at: string;
    readonly by?: string;
    readonly reason?: string;
    readonly sentToo: boolean;
  };
}

/** Who cancels a batch, and why. */
export interface CancelBatchOptions extends CallOptions {
  /** 1–500 characters, without personal data. */
  readonly reason: string;
  readonly by?: string | undefined;
  /** Cancels jobs at the service too whose signers have not finished. @default false: only unsent rows */
  readonly sentToo?: boolean | undefined;
}

/** The argument of {@link Batches.watch}. */
export interface WatchBatchOptions extends CallOptions {
  /** Between two looks, in milliseconds. @default 2 000 */
  readonly everyMs?: number | undefined;
}

/** The batches of an organisation, by storage: works without Temporal, except for orders. */
export class Batches {
  readonly #jobs: BatchJobs;

  constructor(jobs: BatchJobs) {
    this.#jobs = jobs;
  }

  /**
   * Describes how far a batch is, and what has become of its rows.
   * @throws BATCH_NOT_FOUND, STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  get(reference: string, options: CallOptions = {}): Promise<BatchDescription> {
    return this.#call(options, () => this.#describe(reference, new BatchTally(this.#jobs.storage.ledger)));
  }

  /**
   * As {@link Batches.get}, again at each change, until every row has an outcome.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for an invalid interval, STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED,
   * STORAGE_UNAVAILABLE (retryable)
   */
  async *watch(
    reference: string,
    options: WatchBatchOptions = {},
  ): AsyncGenerator<BatchDescription, void, undefined> {
    const { everyMs = 2_000, signal } = options;
    demandTimeout(everyMs, 'everyMs');
    // Reads only the jobs that are open.
    const tally = new BatchTally(this.#jobs.storage.ledger);
    let shown = '';
    for (;;) {
      const described = await this.#call(options, () => this.#describe(reference, tally));
      const { allSentAt: _, ...facts } = described;
      if (JSON.stringify(facts) !== shown) yield described;
      shown = JSON.stringify(facts);
      if (described.endedAt !== undefined) return;
      await pause(everyMs, undefined, { signal });
    }
  }

  /**
   * The rows of a batch in their order. With `timeoutMs`, each part of them takes that long at most.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for an `offset` or `limit` that is no whole number from 0, STORED_CONTENT_DAMAGED,
   * VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  async *results(
    reference: string,
    options: BatchResultsOptions = {},
  ): AsyncGenerator<BatchRowResult, void, undefined> {
    const resolved = resolveResultsOptions(options);
    const batch = await this.#call(options, () => this.#find(reference));
    const parts = resultsOf(batch, { jobs: this.#jobs, options: resolved });
    try {
      for (;;) {
        const { done, value } = await this.#call(options, () => parts.next());
        if (done === true) return;
        yield* value;
      }
    } finally {
      // A storage that does not answer holds nothing up.
      void parts.return().catch(() => undefined);
    }
  }

  /**
   * As {@link Batches.results}, as CSV for a spreadsheet, in parts: a header, and a line for each row with its number, reference,
   * state, job, end and archive folder. Cells that a spreadsheet would run as formulas begin with an apostrophe.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for an `offset` or `limit` that is no whole number from 0, STORED_CONTENT_DAMAGED,
   * VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  resultsCsv(reference: string, options: BatchResultsOptions = {}): AsyncGenerator<string, void, undefined> {
    return csvOf(this.results(reference, options));
  }

  /**
   * The batches of this organisation. One whose log is damaged is left out.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  async list(options: CallOptions = {}): Promise<readonly string[]> {
    return this.#call(options, async () => {
      const { storage, organizationNumber } = this.#jobs;
      const references: string[] = [];
      for await (const { record } of storage.batches.list()) {
        if (record?.organizationNumber === organizationNumber) references.push(record.reference);
      }
      return references.sort();
    });
  }

  /**
   * Stops the sending of rows; sent jobs go on. Changes nothing in a batch that is cancelled or has ended.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for a reason or name of another length, STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  pause(reference: string, options: DecidedByOptions = {}): Promise<void> {
    return this.#order(reference, { event: 'PAUSED' }, options);
  }

  /**
   * Continues to send rows.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for a reason or name of another length, STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  resume(reference: string, options: DecidedByOptions = {}): Promise<void> {
    return this.#order(reference, { event: 'RESUMED' }, options);
  }

  /**
   * Withdraws the rows that are not sent, also those of a hand-over that was broken off, and with `sentToo` cancels the open jobs at the service. A worker does it.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for a reason or name of another length, STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  cancel(reference: string, { sentToo = false, ...options }: CancelBatchOptions): Promise<void> {
    return this.#order(reference, { event: 'CANCELLED', sentToo }, options);
  }

  /**
   * Starts the workflow of a batch, or wakes it, and names the person who gets the email: the last step of `startBatch`, for a
   * hand-over that failed after it had released rows.
   * @throws BATCH_NOT_FOUND, INVALID_REQUEST for an `emailsTo` with mistakes, STORAGE_UNAVAILABLE (retryable),
   * TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED
   */
  wake(reference: string, options: StartBatchOptions = {}): Promise<void> {
    return this.#call(options, async () => {
      const emailsTo = readEmailRecipient(options.emailsTo, 'No person was named');
      const { organizationNumber } = await this.#find(reference);
      await this.#jobs.signalBatch({ organizationNumber, reference }, emailsTo);
    });
  }

  #order(
    reference: string,
    event: Pick<BatchEvent, 'event' | 'sentToo'>,
    { by, reason, ...options }: DecidedByOptions,
  ): Promise<void> {
    return this.#call(options, async () => {
      const decided = { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
      demandDecision(decided);
      const { storage, organizationNumber } = this.#jobs;
      demandBatchReference(reference);
      const batch = { organizationNumber, reference };
      const lists = event.event === 'CANCELLED' ? await storage.batches.lists(batch) : [];
      if (lists.length === 0) await this.#find(reference);
      await storage.batches.record(batch, {
        ...event,
        ...(lists.length > 0 && { lists }),
        at: new Date().toISOString(),
        ...maskedTexts(decided),
      });
      await this.#jobs.signalBatch(batch);
    });
  }

  async #find(reference: string): Promise<BatchRecord> {
    demandBatchReference(reference);
    const { storage, organizationNumber } = this.#jobs;
    const record = await storage.batches.find({ organizationNumber, reference });
    if (record !== undefined) return record;
    throw new SigningError('BATCH_NOT_FOUND', `There is no batch "${reference}".`, { reference });
  }

  async #describe(reference: string, tally: BatchTally): Promise<BatchDescription> {
    const record = await this.#find(reference);
    const { storage, organizationNumber } = this.#jobs;
    const counts = await tally.count(
      { organizationNumber, reference },
      storage.batches.rows(record, record.lists),
    );
    return {
      reference,
      state: stateOf(record),
      startedAt: record.releasedAt,
      ...(record.ended !== undefined && { endedAt: record.ended.at }),
      rows: BATCH_ROW_STATES.reduce((sum, state) => sum + counts[state], 0),
      sent: tally.createdSince(0),
      counts,
      ...estimateOf(record, counts, tally),
      ...(record.paused !== undefined && { paused: record.paused }),
      ...cancelledOf(record),
    };
  }

  #call<T>(options: CallOptions, action: () => Promise<T>): Promise<T> {
    return this.#jobs.bounded(options, action);
  }
}

function stateOf({ ended, paused, cancelled }: BatchRecord): BatchDescription['state'] {
  if (cancelled !== undefined) return 'CANCELLED';
  if (ended !== undefined) return 'COMPLETED';
  return paused === undefined ? 'RUNNING' : 'PAUSED';
}

function cancelledOf({ cancelled }: BatchRecord): Pick<BatchDescription, 'cancelled'> {
  if (cancelled === undefined) return {};
  const { unreleased: _, ...decided } = cancelled;
  return { cancelled: decided };
}

/** The pace is that of the last minutes, in milliseconds. */
const PACE_OF_MS = 5 * 60_000;
/** Fewer rows say nothing about the pace. */
const FEWEST_FOR_PACE = 10;

/** By the pace of the last minutes in which rows were sent. */
function estimateOf(
  { activeSince, paused, cancelled }: BatchRecord,
  { UNSENT: unsent }: BatchCounts,
  tally: BatchTally,
): { readonly allSentAt?: string } {
  const since = Math.max(Date.parse(activeSince), Date.now() - PACE_OF_MS);
  const sent = tally.createdSince(since);
  const isUnknown = sent < FEWEST_FOR_PACE || paused !== undefined || cancelled !== undefined;
  if (unsent === 0 || isUnknown) return {};
  return { allSentAt: new Date(Date.now() + ((Date.now() - since) / sent) * unsent).toISOString() };
}
