import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import type { JsonEncryption } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import type { BatchStore, ReferenceLedger, StorageIdentity, UnsettledReference } from '@signering/storage';
import { startOpenBatches } from './open-batches.js';
import { isOutage } from './outage.js';
import { hasOpenJob, repairOpenJob, type OpenJobFinding } from './repair-open-job.js';
import { QueuePollers } from './queue-pollers.js';

/** The argument of {@link startLedgerWalk}. */
export interface LedgerWalkOptions {
  readonly ledger: ReferenceLedger;
  readonly batches: BatchStore;
  readonly storageIdentity: StorageIdentity;
  readonly encryption: JsonEncryption;
  /** Starts workflows; encrypts as the worker does. */
  readonly temporal: Client;
  /** The task queue of the workflows that it starts. */
  readonly taskQueue: string;
  /** The senders for whom the worker acts; entries of others, which share the storage, are left to their workers. */
  readonly senders: ReadonlySet<string>;
  readonly logger: Logger;
  /** The time between two rounds, in milliseconds; each wait is half to all of it, so that workers spread out. */
  readonly intervalMs: number;
}

/** A running walk. */
export interface LedgerWalk {
  /** Ends the walk after the current entries. */
  stop(): Promise<void>;
}

/** Entries of one round; the next round continues where this one ended. */
const MOST_ENTRIES = 500;

/** Entries that are compared with Temporal at the same time. */
const AT_ONCE = 4;

/** The number of entries by finding. */
type Counts = Record<OpenJobFinding | 'UNREADABLE' | 'SKIPPED' | 'POLLER_STARTED', number>;

const NONE: Counts = {
  RUNNING: 0,
  SETTLED: 0,
  RESTARTED: 0,
  ABANDONED: 0,
  UNSENT: 0,
  LEFT: 0,
  UNREADABLE: 0,
  SKIPPED: 0,
  POLLER_STARTED: 0,
};

/**
 * Compares the unsettled entries of the ledger with Temporal at intervals, and starts missing workflows: each open job
 * needs a running workflow, each queue with open jobs a poller, and each open batch its workflow. Several workers may walk at once, because Temporal
 * starts each workflow only once.
 */
export function startLedgerWalk(options: LedgerWalkOptions): LedgerWalk {
  const stopping = new AbortController();
  const walking = new Walk(options, stopping.signal).run();
  return {
    stop: async () => {
      stopping.abort();
      await walking;
    },
  };
}

class Walk {
  readonly #options: LedgerWalkOptions;
  readonly #stopping: AbortSignal;
  /** Since the process started. */
  readonly #totals: Counts = { ...NONE };
  /** Unreadable and skipped entries that were logged; each is logged once. */
  readonly #logged = new Set<string>();
  /** The position that the last round reached; empty at the end of the index. */
  #reached = '';

  constructor(options: LedgerWalkOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  async run(): Promise<void> {
    const { intervalMs } = this.#options;
    for (;;) {
      const pauseMs = intervalMs * (0.5 + Math.random() / 2);
      await sleep(pauseMs, undefined, { signal: this.#stopping }).catch(() => undefined);
      if (this.#stopping.aborted) return;
      await this.#round();
    }
  }

  async #round(): Promise<void> {
    const { logger } = this.#options;
    const counts: Counts = { ...NONE };
    try {
      await this.#walk(counts);
      await this.#startBatches();
    } catch (error) {
      if (this.#stopping.aborted) return;
      logger.warn('The walk through open jobs ended early; the next round continues.', { error });
    }
    for (const kind of Object.keys(counts) as (keyof Counts)[]) this.#totals[kind] += counts[kind];
    const repaired = counts.RESTARTED + counts.POLLER_STARTED;
    logger[repaired > 0 ? 'info' : 'debug']('Walked through the open jobs.', {
      repaired,
      repairedSinceStart: this.#totals.RESTARTED + this.#totals.POLLER_STARTED,
      ...namesOf(counts),
    });
  }

  /** A damaged file of a batch keeps no job from being repaired. @throws the first error that {@link isOutage} recognises */
  async #startBatches(): Promise<void> {
    try {
      await startOpenBatches({
        ...this.#options,
        onUnreadable: (folder, error) =>
          this.#warnOnce(`batches/${folder}`, 'An open batch could not be checked; it is skipped.', error),
      });
    } catch (error) {
      if (isOutage(error)) throw error;
      this.#warnOnce('batches', 'Open batches could not be checked.', error);
    }
  }

  /** @throws the first error that {@link isOutage} recognises, and ends the round */
  async #walk(counts: Counts): Promise<void> {
    const pollers = new QueuePollers(this.#options);
    const visit = async (batch: readonly UnsettledReference[]): Promise<void> => {
      const visits = batch.map((reference) => this.#visit(reference, pollers, counts));
      // Wait for all visits: the connection may be closed after the round.
      const failed = (await Promise.allSettled(visits)).find((visited) => visited.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    };
    let batch: UnsettledReference[] = [];
    let seen = 0;
    for await (const reference of this.#options.ledger.unsettled({ after: this.#reached })) {
      batch.push(reference);
      seen += 1;
      if (batch.length < AT_ONCE && seen < MOST_ENTRIES) continue;
      await visit(batch);
      this.#reached = reference.position;
      batch = [];
      if (seen === MOST_ENTRIES || this.#stopping.aborted) return;
    }
    await visit(batch);
    this.#reached = '';
  }

  async #visit(reference: UnsettledReference, pollers: QueuePollers, counts: Counts): Promise<void> {
    const { position } = reference;
    if ('unreadable' in reference) {
      counts.UNREADABLE += 1;
      this.#warnOnce(
        position,
        'A ledger entry cannot be read: its job is not checked.',
        reference.unreadable,
      );
      return;
    }
    const { entry } = reference;
    if (!this.#options.senders.has(entry.organizationNumber)) {
      counts.LEFT += 1;
      return;
    }
    try {
      const finding = await repairOpenJob(entry, this.#options);
      counts[finding] += 1;
      if (hasOpenJob(finding) && (await pollers.ensure(entry))) {
        counts.POLLER_STARTED += 1;
      }
    } catch (error) {
      if (isOutage(error)) throw error;
      counts.SKIPPED += 1;
      this.#warnOnce(position, 'An open job could not be checked; it is skipped.', error, entry.reference);
    }
  }

  #warnOnce(position: string, message: string, error: unknown, reference?: string): void {
    const key = `${position} ${error instanceof SigningError ? error.code : ''}`;
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    this.#options.logger.warn(message, { error, position, ...(reference !== undefined && { reference }) });
  }
}

/** The counts above zero, by the names that the log shows. */
function namesOf(counts: Counts): Readonly<Record<string, number>> {
  const names: Record<keyof Counts, string> = {
    RUNNING: 'running',
    SETTLED: 'awaitingConfirmation',
    RESTARTED: 'workflowsRestarted',
    ABANDONED: 'abandoned',
    UNSENT: 'unsentRowsOfBatches',
    LEFT: 'leftAlone',
    UNREADABLE: 'unreadableEntries',
    SKIPPED: 'skipped',
    POLLER_STARTED: 'pollersStarted',
  };
  const kinds = (Object.keys(counts) as (keyof Counts)[]).filter((kind) => counts[kind] > 0);
  return Object.fromEntries(kinds.map((kind) => [names[kind], counts[kind]]));
}
