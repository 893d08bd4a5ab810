import type { ErrorCode } from '@signering/schema';
import { queryNamed, signalNamed, updateNamed } from './definitions.js';
import type { Flow } from './names.js';

/** The argument of the workflow `statusQueue`. */
export interface StatusQueueInput {
  readonly version: 1;
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly pollingQueue: string;
  /** Identity of the storage whose ledger knows the queue's jobs. */
  readonly storageId?: string;
  /** ISO 8601: the poller ends at this time unless a `follow` signal extends it. */
  readonly followUntil: string;
  /** Jobs whose changes are undelivered so far; carried over by continue-as-new. */
  readonly undelivered?: readonly UndeliveredJob[];
  /** Foreign jobs whose changes an operator wants confirmed at the next hand-out. */
  readonly confirmForeign?: readonly string[];
}

/** The argument of the signal `follow`. */
export interface FollowSignal {
  /** The earliest time at which the poller may end, ISO 8601. */
  readonly until: string;
}

/**
 * Why a status change is not delivered and never confirmed. FOREIGN: the job has no workflow and no ledger entry
 * here. STRANDED: the job is ours, but its workflow failed or was terminated before its documents were archived; it
 * resumes when the same job is submitted again. UNDELIVERABLE: the job's ledger entry, its workflow or the change
 * itself is faulty; `code` names the fault.
 */
export const UNDELIVERED_REASONS = ['FOREIGN', 'STRANDED', 'UNDELIVERABLE'] as const;
/** One of {@link UNDELIVERED_REASONS}. */
export type UndeliveredReason = (typeof UNDELIVERED_REASONS)[number];

/** A job whose status changes were handed out and not delivered; the service re-delivers each after ten minutes. */
export interface UndeliveredJob {
  /** Absent: the change is unreadable and names no job. */
  readonly signatureJobId?: string;
  readonly reason: UndeliveredReason | 'UNKNOWN';
  /** The reason as it was written, when this version does not know it. */
  readonly reasonText?: string;
  /** Code of the newest fault; present when the reason is UNDELIVERABLE. */
  readonly code?: ErrorCode;
  /** How often a change of the job was handed out and not delivered. */
  readonly count: number;
  /** When such a change was handed out last, ISO 8601. */
  readonly lastSeenAt: string;
}

/** The argument of the update `confirmForeignChange`: confirms this foreign job's change at its next hand-out. */
export interface ConfirmForeignChangeInput {
  readonly signatureJobId: string;
}

/** The answer of the query `describeQueue`. */
export interface StatusQueueDescription {
  readonly version: 1;
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly pollingQueue: string;
  /** When the poller ends, ISO 8601, unless a job needs it longer: then the time is extended. */
  readonly followUntil: string;
  /** When the last poll was completed, ISO 8601; absent before the first poll of a run. */
  readonly lastPollAt?: string;
  /** When the queue is polled next, ISO 8601; absent while polling. */
  readonly nextPollAt?: string;
  /** Jobs whose newest change was handed out and not delivered. */
  readonly undelivered: readonly UndeliveredJob[];
  /** Foreign jobs whose changes will be confirmed at the next hand-out, as an operator requested. */
  readonly confirmForeign: readonly string[];
}

export const followSignal = signalNamed<[FollowSignal]>('follow');
export const describeQueueQuery = queryNamed<StatusQueueDescription>('describeQueue');
export const confirmForeignChangeUpdate = updateNamed<void, [ConfirmForeignChangeInput]>(
  'confirmForeignChange',
);
