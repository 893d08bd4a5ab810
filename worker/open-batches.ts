import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { batchOptionsOf, WORKFLOW_TYPES } from '@signering/contract';
import type { SigningError } from '@signering/schema';
import { demandStorageId, type BatchStore, type StorageIdentity } from '@signering/storage';
import { ANSWER_WITHIN_MS } from './repair-open-job.js';

/** The argument of {@link startOpenBatches}. */
export interface OpenBatchesOptions {
  readonly batches: BatchStore;
  readonly storageIdentity: StorageIdentity;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** The senders for whom the worker acts. */
  readonly senders: ReadonlySet<string>;
  readonly logger: Logger;
  /** The log of the batch in this folder of `batches/` cannot be read. */
  readonly onUnreadable: (folder: string, error: SigningError) => void;
}

/**
 * Starts the workflow of every open batch that has none: Temporal lost it, or the client ended between the release of the rows
 * and the start. @throws errors of Temporal's client; STORAGE_UNAVAILABLE (retryable)
 */
export async function startOpenBatches(options: OpenBatchesOptions): Promise<void> {
  const { batches, storageIdentity, temporal, taskQueue, senders, logger, onUnreadable } = options;
  for await (const listed of batches.open()) {
    if (listed.record === undefined) {
      onUnreadable(listed.folder, listed.unreadable);
      continue;
    }
    const { organizationNumber, reference } = listed.record;
    if (!senders.has(organizationNumber)) continue;
    const storageId = await demandStorageId(storageIdentity);
    const start = batchOptionsOf({ version: 1, organizationNumber, reference, storageId });
    try {
      await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        temporal.workflow.start(WORKFLOW_TYPES.batchSending, {
          ...start,
          taskQueue,
          workflowIdConflictPolicy: 'FAIL',
        }),
      );
      logger.warn('The workflow of an open batch was started again.', { workflowId: start.workflowId });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
