import {
  WORKFLOW_TYPES,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_STATE,
  SIGNING_UNDELIVERED,
} from '@signering/contract';

export const JOB_VIEWS = ['OVERDUE', 'NEEDS_OPERATOR', 'NOT_ARCHIVED', 'UNREADABLE'] as const;
/**
 * What an operator looks for. OVERDUE: the deadline passed an hour ago, and the service has not reported the outcome.
 * NEEDS_OPERATOR: an operator must decide. NOT_ARCHIVED: all have signed, or the process failed, and signatures are not
 * archived, while the service keeps them for 40 days. UNREADABLE: no worker can carry on, because it cannot decrypt the job's
 * input; each open job is checked, which takes a call.
 */
export type JobView = (typeof JOB_VIEWS)[number];

/** Not `ExecutionStatus = 'Running'`: a workflow that an operator paused is open, too. */
const OPEN = 'CloseTime IS NULL';

/** The condition of each view in Temporal's query language. Whether an input can be read is not among what Temporal can search. */
const CONDITIONS: Readonly<Record<JobView, string>> = {
  OVERDUE: `${OPEN} AND ${SIGNING_STATE.name} = 'OVERDUE'`,
  NEEDS_OPERATOR: `${OPEN} AND ${SIGNING_NEEDS_OPERATOR.name} IS NOT NULL`,
  NOT_ARCHIVED:
    `${SIGNING_SERVICE_KEEPS_UNTIL.name} IS NOT NULL AND ` +
    `(CloseTime IS NOT NULL OR ${SIGNING_STATE.name} IN ('ARCHIVING', 'ARCHIVE_BROKEN'))`,
  UNREADABLE: OPEN,
};

/** As Temporal Web's saved queries of docs/operating.md. */
export function conditionOfView(view: JobView): string {
  return CONDITIONS[view];
}

/** Of pollers: their queue has undelivered changes. */
export const UNDELIVERED_QUEUES = `WorkflowType = '${WORKFLOW_TYPES.statusQueue}' AND ${OPEN} AND ${SIGNING_UNDELIVERED.name} > 0`;
