import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { NativeConnection } from '@temporalio/worker';
import {
  describeQuery,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  webhookDeliveryWorkflowId,
  webhookSwitchWorkflowId,
} from '@signering/contract';
import { createWebhookWorkers } from '@signering/worker';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { startReceiver } from '../test/end-to-end/webhook-receiver.js';
import { waitFor, withClearWorker, type TestStack } from '../test/fixtures/index.js';

/** The argument of {@link recordWebhookHistories}. */
export interface WebhookHistoriesOptions {
  readonly stack: TestStack;
  readonly tasks: NativeConnection;
  readonly signals: Connection;
  readonly namespace: string;
}

/** Histories of a job with webhooks, by name, as JSON: one webhook is delivered, and the rest after the receiver was disabled is not. */
export async function recordWebhookHistories(
  options: WebhookHistoriesOptions,
): Promise<ReadonlyMap<string, string>> {
  const { stack, tasks, signals, namespace } = options;
  const receiver = await startReceiver();
  const webhookReceivers = [{ id: 'cases', url: receiver.url, secrets: [receiver.secret] }];
  const temporal = new Client({ connection: signals, namespace });
  const webhooks = await createWebhookWorkers({
    connection: tasks,
    namespace,
    taskQueue: TASK_QUEUE,
    dataConverter: {},
    temporal,
    receivers: webhookReceivers,
    privateAddresses: true,
  });
  const running = Promise.all(webhooks.workers.map((worker) => worker.run()));
  try {
    return await withClearWorker({ ...options, webhookReceivers }, async ({ client, start }) => {
      const job = await start(await portalJob('with-webhooks'));
      const { signatureJobId, organizationNumber } = await waitFor(
        async () => {
          const { signatureJobId: id, ...described } = await job.query(describeQuery);
          return receiver.received.length > 0 && id !== undefined
            ? { ...described, signatureJobId: id }
            : undefined;
        },
        { what: 'the first webhook arrives' },
      );
      const disabled = await client.workflow.start(WORKFLOW_TYPES.webhookSwitch, {
        workflowId: webhookSwitchWorkflowId(TASK_QUEUE, 'cases'),
        taskQueue: TASK_QUEUE,
        args: [{ version: 1, receiver: 'cases' }],
      });
      await stack.admin.act(signatureJobId, 1, 'sign');
      await job.result();
      const delivery = client.workflow.getHandle(
        webhookDeliveryWorkflowId(organizationNumber, 'with-webhooks'),
      );
      await delivery.result();
      const recorded: readonly (readonly [string, WorkflowHandle])[] = [
        ['with-webhooks', job],
        ['webhook-delivery', delivery],
        ['webhook-switch', disabled],
      ];
      const histories = recorded.map(
        async ([name, handle]) => [name, `${historyToJSON(await handle.fetchHistory())}\n`] as const,
      );
      return new Map(await Promise.all(histories));
    });
  } finally {
    for (const worker of webhooks.workers) worker.shutdown();
    await running;
    await webhooks.close();
    await receiver.close();
  }
}
