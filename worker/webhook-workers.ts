import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import {
  createWebhookActivities,
  createWebhookSender,
  FailureInterceptor,
  type WebhookReceiver,
} from '@signering/activities';
import { webhookTaskQueue } from '@signering/contract';

/** The argument of {@link createWebhookWorkers}. */
export interface WebhookWorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Of the signing workflows. */
  readonly taskQueue: string;
  readonly dataConverter: DataConverter;
  readonly temporal: Client;
  readonly receivers: readonly WebhookReceiver[];
  /** Whether receivers may have addresses that are not public. */
  readonly privateAddresses: boolean;
}

/** The most requests to one receiver at the same time, from this process. */
const MOST_REQUESTS = 10;

/** The most attempts that Temporal hands out for one receiver in a second, to all workers together. */
const MOST_ATTEMPTS_A_SECOND = 50;

/** Each poller is an open request on the connection of the signing worker. */
const MOST_POLLERS = 2;

/**
 * One activity worker for each receiver, not yet running, on a separate task queue: the attempts for a receiver that hangs wait at
 * Temporal, and occupy neither a slot of the signing activities nor one of another receiver.
 */
export async function createWebhookWorkers(
  options: WebhookWorkersOptions,
): Promise<{ readonly workers: readonly Worker[]; readonly close: () => Promise<void> }> {
  const { connection, namespace, taskQueue, dataConverter, temporal, receivers, privateAddresses } = options;
  const sender = createWebhookSender(privateAddresses);
  const workers = await Promise.all(
    receivers.map((receiver) =>
      Worker.create({
        connection,
        namespace,
        dataConverter,
        taskQueue: webhookTaskQueue(taskQueue, receiver.id),
        activities: createWebhookActivities({ receiver, taskQueue, sender, temporal }),
        interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
        maxConcurrentActivityTaskExecutions: MOST_REQUESTS,
        maxTaskQueueActivitiesPerSecond: MOST_ATTEMPTS_A_SECOND,
        activityTaskPollerBehavior: { type: 'simple-maximum', maximum: MOST_POLLERS },
        shutdownGraceTime: '20 seconds',
      }),
    ),
  );
  return { workers, close: () => sender.close() };
}
