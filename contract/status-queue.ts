import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Flow } from './names.js';

/** The argument of the workflow `statusQueue`. */
export interface StatusQueueInput {
  readonly version: 1;
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly pollingQueue: string;
  /** ISO 8601: the poller ends when nobody wants it followed any longer. */
  readonly followUntil: string;
  /** Changes of other senders' jobs seen so far; handed on when the workflow continues as new. */
  readonly foreignChanges?: readonly ForeignChange[];
  /** Foreign jobs whose changes an operator wants confirmed when they come again. */
  readonly confirmForeign?: readonly string[];
}

/** The argument of the signal `follow`. */
export interface FollowSignal {
  /** ISO 8601. */
  readonly until: string;
}

/** A job whose status changes nobody here takes: never confirmed, never cancelled, but told. */
export interface ForeignChange {
  readonly signatureJobId: string;
  /**
   * The job is ours, and its workflow failed or was terminated before its documents were archived: hand the same job in
   * again, and it goes on. Absent: nobody here knows the job.
   */
  readonly stranded?: true;
  /** How often it was handed out to us. */
  readonly count: number;
  /** ISO 8601. */
  readonly lastSeen: string;
}

/** The argument of the update `confirmForeignChange`: confirm this job's change when it comes again. */
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
  readonly foreignChanges: readonly ForeignChange[];
}

export const followSignal = defineSignal<[FollowSignal]>('follow');
export const describeQueueQuery = defineQuery<StatusQueueDescription>('describeQueue');
export const confirmForeignChangeUpdate = defineUpdate<void, [ConfirmForeignChangeInput]>(
  'confirmForeignChange',
);
