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
  /** ISO 8601: the poller ends when nobody wants it followed any longer. */
  readonly followUntil: string;
  /** Jobs whose changes were not delivered so far; handed on when the workflow continues as new. */
  readonly undelivered?: readonly UndeliveredJob[];
  /** Foreign jobs whose changes an operator wants confirmed when they come again. */
  readonly confirmForeign?: readonly string[];
}

/** The argument of the signal `follow`. */
export interface FollowSignal {
  /** ISO 8601. */
  readonly until: string;
}

/**
 * Why a status change is not delivered and never confirmed. FOREIGN: no workflow and no ledger entry here belongs to the
 * job. STRANDED: the job is ours, and its workflow failed or was terminated before its documents were archived: it goes
 * on when the same job is handed in again. UNDELIVERABLE: the job's ledger entry, its workflow or the change itself has a
 * fault, which `code` names.
 */
export type UndeliveredReason = 'FOREIGN' | 'STRANDED' | 'UNDELIVERABLE';

/** A job whose status changes were handed out and not delivered; each comes again after ten minutes. */
export interface UndeliveredJob {
  /** Absent: the change is unreadable and names no job. */
  readonly signatureJobId?: string;
  readonly reason: UndeliveredReason;
  /** Of the newest fault; present where the reason is UNDELIVERABLE. */
  readonly code?: ErrorCode;
  /** How often a change of the job was handed out and not delivered. */
  readonly count: number;
  /** ISO 8601. */
  readonly lastSeen: string;
}

/** The argument of the update `confirmForeignChange`: confirm this foreign job's change when it comes again. */
export interface ConfirmForeignChangeInput {
  readonly signatureJobId: string;
}

/** The answer of the query `describeQueue`. */
export interface StatusQueueDescription {
  readonly version: 1;
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly pollingQueue: string;
  readonly followUntil: string;
  /** ISO 8601; absent while polling. */
  readonly nextPoll?: string;
  readonly undelivered: readonly UndeliveredJob[];
  /** Foreign jobs whose changes are confirmed when they come again, as an operator asked. */
  readonly confirmForeign: readonly string[];
}

export const followSignal = signalNamed<[FollowSignal]>('follow');
export const describeQueueQuery = queryNamed<StatusQueueDescription>('describeQueue');
export const confirmForeignChangeUpdate = updateNamed<void, [ConfirmForeignChangeInput]>(
  'confirmForeignChange',
);
