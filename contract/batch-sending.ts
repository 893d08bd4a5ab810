import { queryNamed, signalNamed } from './definitions.js';
import type { EmailRecipient } from './job-emails.js';
import { SIGNING_ORGANIZATION } from './search-attributes.js';
import { batchWorkflowId } from './workflow-ids.js';

/** What identifies a batch: a sender uses each reference for one batch. */
export interface BatchIdentity {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The sender's own name for the batch: no personal data. */
  readonly reference: string;
}

/** What has become of a row. UNREADABLE: its ledger entry is damaged, or a later version wrote it. WAITING: its job is at the service, and signers have not finished. WITHDRAWN: cancelled before it was sent. */
export const BATCH_ROW_STATES = [
  'UNSENT',
  'WAITING',
  'SIGNED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'FAILED',
  'WITHDRAWN',
  'UNREADABLE',
] as const;
/** One of {@link BATCH_ROW_STATES}. */
export type BatchRowState = (typeof BATCH_ROW_STATES)[number];

/** How many rows of a batch are in each state. */
export type BatchCounts = Readonly<Record<BatchRowState, number>>;

/** What a workflow `batchSending` hands on to its next run. */
export interface BatchPosition {
  /** How many rows, in the order of the batch, need nothing more from it, except for `later`: they were created at the service, failed or were withdrawn. */
  readonly handled: number;
  /** Places of rows, from 1, that need another look. @default none */
  readonly later?: readonly number[];
  /** The release or cancellation that it acts on, by its number in the batch's log. A later one begins with the first row. @default none */
  readonly opened?: number;
}

/** The argument of the workflow `batchSending`. The rows and the orders of people are in storage, the jobs in the reference ledger. */
export interface BatchSendingInput extends BatchIdentity {
  readonly version: 1;
  /** Identity of the storage that holds the rows. */
  readonly storageId: string;
  /** As the signal `batchChanged` named it to an earlier run. @default no email */
  readonly emailsTo?: EmailRecipient;
  /** From an earlier run. @default none */
  readonly before?: BatchPosition;
}

/** The result of the workflow `batchSending`. */
export interface BatchResult extends BatchIdentity {
  readonly version: 1;
  readonly counts: BatchCounts;
}

/** The answer of the query `describeBatch`. */
export interface BatchDescription extends BatchIdentity, BatchPosition {
  readonly version: 1;
  readonly isPaused: boolean;
  /** Absent until they are counted for the first time in a run. */
  readonly counts?: BatchCounts;
}

/** The argument of the signal `batchChanged`. */
interface BatchChange {
  /** The person at the sender who gets an email when every row has an outcome. @default as an earlier signal named it */
  readonly emailsTo?: EmailRecipient;
}

/** Storage has something new about the batch: rows, or a person's order to pause, resume or cancel it. */
export const batchChangedSignal = signalNamed<[change?: BatchChange]>('batchChanged');
export const describeBatchQuery = queryNamed<BatchDescription>('describeBatch');

/**
 * Temporal's priority of batches and their jobs: behind 3, which everything else has. Servers before 1.31 ignore it, unless their
 * `matching.useNewMatcher` is set.
 */
export const BULK_PRIORITY = { priorityKey: 4 } as const;

/** Start options of `batchSending`, without the task queue: one workflow runs for each batch. */
export function batchOptionsOf(input: BatchSendingInput) {
  return {
    workflowId: batchWorkflowId(input.organizationNumber, input.reference),
    // New rows continue an ended batch.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    args: [input] as [BatchSendingInput],
    staticSummary: `Sends the jobs of batch ${input.reference}`,
    priority: BULK_PRIORITY,
    typedSearchAttributes: [{ key: SIGNING_ORGANIZATION, value: input.organizationNumber }],
  };
}
