import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { flowOf, startStatusQueue } from '@signering/activities';
import { statusQueueWorkflowId } from '@signering/contract';
import type { LedgerEntry, StorageIdentity } from '@signering/storage';
import { statusOf } from './repair-open-job.js';

/** How long a poller that the walk starts runs, in milliseconds; while jobs are open, the walk starts it again. */
const FOLLOW_MS = 7 * 24 * 60 * 60 * 1000;

/** The argument of {@link QueuePollers}. */
export interface QueuePollersOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly storageIdentity: StorageIdentity;
  readonly logger: Logger;
}

/** Checks the poller of each queue once per round of the walk. */
export class QueuePollers {
  readonly #options: QueuePollersOptions;
  readonly #met = new Set<string>();

  constructor(options: QueuePollersOptions) {
    this.#options = options;
  }

  /**
   * Starts the poller of an open job's queue if none runs; returns true if it started one.
   * @throws VERSION_NOT_SUPPORTED for a flow that only a later version runs
   */
  async ensure(entry: LedgerEntry): Promise<boolean> {
    const { organizationNumber, pollingQueue } = entry;
    if (pollingQueue === undefined) return false;
    const flow = flowOf(entry);
    const workflowId = statusQueueWorkflowId(organizationNumber, flow, pollingQueue);
    if (this.#met.has(workflowId)) return false;
    this.#met.add(workflowId);
    const { temporal, logger } = this.#options;
    const found = await statusOf(workflowId, temporal);
    if (found === 'RUNNING' || found === 'PAUSED') return false;
    const followUntil = new Date(Date.now() + FOLLOW_MS).toISOString();
    await startStatusQueue({ organizationNumber, flow, pollingQueue, followUntil }, this.#options);
    logger.warn('The poller of a queue with open jobs was started again.', {
      workflowId,
      found: found ?? 'MISSING',
    });
    return true;
  }
}
