import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import {
  createEmailActivities,
  FailureInterceptor,
  HeartbeatInterceptor,
  type EmailActivityDependencies,
} from '@signering/activities';
import { emailTaskQueue } from '@signering/contract';

/** The argument of {@link createEmailWorker}. */
export interface EmailWorkerOptions extends EmailActivityDependencies {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Of the signing workflows. */
  readonly taskQueue: string;
  readonly dataConverter: DataConverter;
}

/** The most connections to the mail server, from this process. */
const MOST_EMAILS = 5;

/** The most attempts that Temporal hands out in a second, to all workers together. */
const MOST_ATTEMPTS_A_SECOND = 10;

/** An activity worker for emails, not yet running, on a separate task queue: a mail server that hangs delays emails alone. */
export function createEmailWorker(options: EmailWorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, dataConverter, ...dependencies } = options;
  return Worker.create({
    connection,
    namespace,
    dataConverter,
    taskQueue: emailTaskQueue(taskQueue),
    activities: createEmailActivities(dependencies),
    interceptors: {
      activity: [
        () => ({ inbound: new FailureInterceptor() }),
        () => ({ inbound: new HeartbeatInterceptor() }),
      ],
    },
    maxConcurrentActivityTaskExecutions: MOST_EMAILS,
    maxTaskQueueActivitiesPerSecond: MOST_ATTEMPTS_A_SECOND,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    // Longer than the silence after which a mail server is given up.
    shutdownGraceTime: '25 seconds',
  });
}
