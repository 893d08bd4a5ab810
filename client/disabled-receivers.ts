import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  maskedTexts,
  receiverEnabledSignal,
  SIGNING_WEBHOOKS,
  webhookSwitchWorkflowId,
  webhookTaskQueue,
  whatIsWrongWithBy,
  whatIsWrongWithReason,
  WORKFLOW_TYPES,
  type DecidedBy,
} from '@signering/contract';
import { InvalidInputError, WEBHOOK_RECEIVER_ID, type Problem } from '@signering/schema';
import type { DecidedByOptions } from './operator-decisions.js';

/** A receiver that an operator disabled. */
export interface DisabledReceiver {
  readonly receiver: string;
  /** ISO 8601. */
  readonly disabledAt: string;
}

/** A receiver of the workers of a task queue. */
interface ReceiverOfQueue {
  readonly taskQueue: string;
  readonly receiver: string;
}

/** As `Webhooks.disable`; `decidedBy` is that of {@link demandSwitch}. */
export async function disableReceiver(
  client: Client,
  { taskQueue, receiver, decidedBy }: ReceiverOfQueue & { readonly decidedBy: DecidedBy },
): Promise<boolean> {
  const isKnown = await isReceiverOfWorkers(client, { taskQueue, receiver });
  await client.workflow.start(WORKFLOW_TYPES.webhookSwitch, {
    workflowId: webhookSwitchWorkflowId(taskQueue, receiver),
    taskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ version: 1, receiver, ...decidedBy }],
    staticSummary: `Disables webhooks to ${receiver}`,
  });
  return isKnown;
}

/** As `Webhooks.enable`; `decidedBy` is that of {@link demandSwitch}. */
export async function enableReceiver(
  client: Client,
  { taskQueue, receiver, decidedBy }: ReceiverOfQueue & { readonly decidedBy: DecidedBy },
): Promise<void> {
  const handle = client.workflow.getHandle(webhookSwitchWorkflowId(taskQueue, receiver));
  try {
    // The reason of a termination is not encrypted; the signal is.
    await handle.signal(receiverEnabledSignal, decidedBy);
    await handle.terminate('The receiver is enabled again.');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** As `Webhooks.listDisabled`. */
export async function listDisabledReceivers(
  client: Client,
  taskQueue: string,
): Promise<readonly DisabledReceiver[]> {
  const query = `WorkflowType = '${WORKFLOW_TYPES.webhookSwitch}' AND ExecutionStatus = 'Running'`;
  const prefix = webhookSwitchWorkflowId(taskQueue, '');
  const disabled: DisabledReceiver[] = [];
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    const receiver = workflowId.slice(prefix.length);
    // The name of another task queue may begin with this one.
    if (workflowId.startsWith(prefix) && WEBHOOK_RECEIVER_ID.test(receiver))
      disabled.push({ receiver, disabledAt: startTime.toISOString() });
  }
  return disabled;
}

/** Who switches a receiver, and why, with identity numbers masked. @throws INVALID_REQUEST */
export function demandSwitch(
  receiver: string,
  { by, reason }: Pick<DecidedByOptions, 'by' | 'reason'>,
): DecidedBy {
  const wrong = [
    ['receiver', WEBHOOK_RECEIVER_ID.test(receiver) ? undefined : 'must be the id of a receiver'],
    ['by', by === undefined ? undefined : whatIsWrongWithBy(by)],
    ['reason', reason === undefined ? undefined : whatIsWrongWithReason(reason)],
  ] as const;
  const problems = wrong.flatMap(([path, message]): Problem[] =>
    message === undefined ? [] : [{ path, message }],
  );
  if (problems.length > 0) throw new InvalidInputError('INVALID_REQUEST', CANNOT_SWITCH, problems);
  return maskedTexts({ ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) });
}

const CANNOT_SWITCH = 'The receiver cannot be switched';

/** Spec: temporal.api.enums.v1.TaskQueueType. */
const ACTIVITY_QUEUE = 2;

/**
 * True if a worker polls for the receiver, or webhooks wait for it or were given up; false if no worker polls at all, so that
 * its receivers are not known.
 * @throws INVALID_REQUEST if workers poll, and none of them has the receiver
 */
async function isReceiverOfWorkers(
  client: Client,
  { taskQueue, receiver }: ReceiverOfQueue,
): Promise<boolean> {
  const deliveries = await stateOf(client, webhookTaskQueue(taskQueue, receiver), ACTIVITY_QUEUE);
  if (deliveries.isPolled || deliveries.waiting > 0) return true;
  // Between two attempts nothing is in the task queue.
  const query = `TaskQueue = '${taskQueue}' AND ${SIGNING_WEBHOOKS.name} = '${receiver}'`;
  if ((await client.workflow.count(query)).count > 0) return true;
  if (!(await stateOf(client, taskQueue)).isPolled) return false;
  const message = `must be in the settings (SIGNERING_WEBHOOKS) of a worker of task queue ${taskQueue}; no worker there has ${receiver}, and no webhook waits for it`;
  throw new InvalidInputError('INVALID_REQUEST', CANNOT_SWITCH, [{ path: 'receiver', message }]);
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
