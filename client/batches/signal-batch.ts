import { batchChangedSignal, batchOptionsOf, WORKFLOW_TYPES, type BatchIdentity } from '@signering/contract';
import { demandStorageId } from '@signering/storage';
import type { KnownJobs } from '../known-jobs.js';

/**
 * Signals the workflow of a batch that storage has something new, and starts the workflow if none runs.
 * @throws STORAGE_UNAVAILABLE, TEMPORAL_UNAVAILABLE (both retryable), TEMPORAL_REFUSED
 */
export async function signalBatch(
  batch: BatchIdentity,
  { storage, temporal, taskQueue }: Pick<KnownJobs, 'storage' | 'temporal' | 'taskQueue'>,
): Promise<void> {
  const storageId = await demandStorageId(storage.storageIdentity);
  const { organizationNumber, reference } = batch;
  await temporal.call((client) =>
    client.workflow.signalWithStart(WORKFLOW_TYPES.batchSending, {
      ...batchOptionsOf({ version: 1, organizationNumber, reference, storageId }),
      taskQueue,
      signal: batchChangedSignal,
      signalArgs: [],
    }),
  );
}
