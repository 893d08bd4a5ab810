import {
  followSignal,
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  statusQueueWorkflowId,
  WORKFLOW_TYPES,
  type StatusQueueInput,
} from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';

/** The queue to follow, and until when. */
export type FollowStatusQueueInput = Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue' | 'followUntil'
>;

export const createFollowStatusQueueActivity = ({
  temporal,
  taskQueue,
  storageIdentity,
}: Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'storageIdentity'>) => ({
  /** Starts the one poller of a queue, or extends its time. Safe to repeat. */
  followStatusQueue: (queue: FollowStatusQueueInput): Promise<void> =>
    startStatusQueue(queue, { temporal, taskQueue, storageIdentity }),
});

/** Starts the one poller of a queue, or extends its time. Safe to repeat. */
export async function startStatusQueue(
  queue: FollowStatusQueueInput,
  {
    temporal,
    taskQueue,
    storageIdentity,
  }: Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'storageIdentity'>,
): Promise<void> {
  // On another storage, whose ledger does not have the queue's jobs, all of them would be foreign.
  const storageId = await storageIdentity.find();
  const input: StatusQueueInput = { version: 1, ...queue, ...(storageId !== undefined && { storageId }) };
  await temporal.workflow.signalWithStart(WORKFLOW_TYPES.statusQueue, {
    workflowId: statusQueueWorkflowId(queue.organizationNumber, queue.flow, queue.pollingQueue),
    taskQueue,
    // A poller that ended because no job needed it starts anew under the same id.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [input],
    signal: followSignal,
    signalArgs: [{ until: queue.followUntil }],
    staticSummary: `Polls ${queue.pollingQueue} of ${queue.organizationNumber}`,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: queue.flow },
      { key: SIGNING_ORGANIZATION, value: queue.organizationNumber },
    ],
  });
}
