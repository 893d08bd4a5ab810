import type { Client } from '@temporalio/client';
import { SIGNING_WEBHOOKS, webhookTaskQueue } from '@signering/contract';
import { InvalidInputError } from '@signering/schema';

/** Spec: temporal.api.enums.v1.TaskQueueType. */
const ACTIVITY_QUEUE = 2;

/** The argument of {@link isReceiverOfWorkers}. */
export interface ReceiverToFind {
  readonly taskQueue: string;
  readonly receiver: string;
}

/**
 * True if a worker polls for the receiver, or webhooks wait for it or were given up; false if no worker polls at all, so that
 * its receivers are not known.
 * @throws INVALID_REQUEST if workers poll, and none of them has the receiver
 */
export async function isReceiverOfWorkers(
  client: Client,
  { taskQueue, receiver }: ReceiverToFind,
): Promise<boolean> {
  const deliveries = await stateOf(client, webhookTaskQueue(taskQueue, receiver), ACTIVITY_QUEUE);
  if (deliveries.isPolled || deliveries.waiting > 0) return true;
  // Between two attempts nothing is in the task queue.
  const query = `TaskQueue = '${taskQueue}' AND ${SIGNING_WEBHOOKS.name} = '${receiver}'`;
  if ((await client.workflow.count(query)).count > 0) return true;
  if (!(await stateOf(client, taskQueue)).isPolled) return false;
  const message = `must be in the settings (SIGNERING_WEBHOOKS) of a worker of task queue ${taskQueue}; no worker there has ${receiver}, and no webhook waits for it`;
  throw new InvalidInputError('INVALID_REQUEST', 'The receiver cannot be switched', [
    { path: 'receiver', message },
  ]);
}

async function stateOf(
  client: Client,
  name: string,
  taskQueueType = 1,
): Promise<{ readonly isPolled: boolean; readonly waiting: number }> {
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is no dependency of clients
    taskQueueType,
    reportStats: true,
  });
  return { isPolled: pollers.length > 0, waiting: Number(stats?.approximateBacklogCount ?? 0) };
}
