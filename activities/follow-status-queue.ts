import {
  followSignal,
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type StatusQueueInput,
} from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';

/** Which queue is wanted followed, and how long. */
export type FollowStatusQueueInput = Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue' | 'followUntil'
>;

export const createFollowStatusQueueActivity = ({
  temporal,
  storageIdentity,
}: Pick<ActivityDependencies, 'temporal' | 'storageIdentity'>) => ({
  /** Makes sure that the one poller of a queue is there and stays until then. Safe to repeat. */
  followStatusQueue: (queue: FollowStatusQueueInput): Promise<void> =>
    startStatusQueue(queue, { temporal, storageIdentity }),
});

/** Starts the one poller of a queue, or lets it stay until then. Safe to repeat. */
export async function startStatusQueue(
  queue: FollowStatusQueueInput,
  { temporal, storageIdentity }: Pick<ActivityDependencies, 'temporal' | 'storageIdentity'>,
): Promise<void> {
  // Only this storage's ledger knows the queue's jobs: on another one all of them would be foreign.
  const storageId = await storageIdentity.find();
  const input: StatusQueueInput = { version: 1, ...queue, ...(storageId !== undefined && { storageId }) };
  await temporal.workflow.signalWithStart(WORKFLOW_TYPES.statusQueue, {
    workflowId: statusQueueWorkflowId(queue.organizationNumber, queue.flow, queue.pollingQueue),
    taskQueue: TASK_QUEUE,
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
