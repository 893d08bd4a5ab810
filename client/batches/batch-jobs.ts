import {
  batchChangedSignal,
  batchOptionsOf,
  WORKFLOW_TYPES,
  type BatchIdentity,
  type EmailRecipient,
} from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import { demandStorageId, type BatchStore, type StorageIdentity } from '@signering/storage';
import type { CallOptions } from '../call-options.js';
import type { ClaimOptions } from '../claim-job.js';
import type { KnownJobs } from '../known-jobs.js';

/** What batches need of an organisation's jobs. */
export interface BatchJobs {
  readonly organizationNumber: string;
  readonly storage: ClaimOptions['storage'] & {
    readonly batches: BatchStore;
    readonly storageIdentity: StorageIdentity;
  };
  readonly encryption: JsonEncryption;
  /** As in {@link ClaimOptions}. */
  readonly temporal?: ClaimOptions['temporal'];
  /** As `TemporalConnection.bounded`. */
  bounded<T>(options: CallOptions, action: (signal: AbortSignal | undefined) => Promise<T>): Promise<T>;
  /**
   * Tells the batch that storage has something new: rows, or an order.
   * @param emailsTo the person who gets an email at the end. @default as an earlier signal named it
   * @throws STORAGE_UNAVAILABLE, TEMPORAL_UNAVAILABLE (both retryable), TEMPORAL_REFUSED
   */
  signalBatch(batch: BatchIdentity, emailsTo?: EmailRecipient): Promise<void>;
}

/** Signals the workflow of a batch, and starts it if none runs. */
export function batchJobsOf({
  organizationNumber,
  storage,
  encryption,
  temporal,
  taskQueue,
}: KnownJobs): BatchJobs {
  return {
    organizationNumber,
    storage,
    encryption,
    temporal,
    bounded: (options, action) => temporal.bounded(options, action),
    signalBatch: async (batch, emailsTo) => {
      const storageId = await demandStorageId(storage.storageIdentity);
      await temporal.call((client) =>
        client.workflow.signalWithStart(WORKFLOW_TYPES.batchSending, {
          ...batchOptionsOf({ version: 1, ...batch, storageId }),
          taskQueue,
          signal: batchChangedSignal,
          // A workflow that runs does not get the input: a worker may have started it before.
          signalArgs: emailsTo === undefined ? [] : [{ emailsTo }],
        }),
      );
    },
  };
}
