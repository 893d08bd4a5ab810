import { hostname } from 'node:os';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { Worker, type CompiledWorkerOptions } from '@temporalio/worker';
import {
  createActivities,
  FailureInterceptor,
  HeartbeatInterceptor,
  LogAttributesInterceptor,
  StorageInterceptor,
  TraceInterceptor,
  type ActivityDependencies,
} from '@signering/activities';
import { workerIdentity } from '@signering/contract';
import type { WorkerSettings } from '@signering/settings';
import { demandStorageId } from '@signering/storage';
import { WORKFLOW_BUNDLE_FILE } from './workflow-bundle.js';

/** The argument of {@link createSigningWorker}. */
export interface SigningWorkerOptions extends ActivityDependencies {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Must use the same keys as the client in `temporal`, which reads the same payloads. */
  readonly dataConverter: DataConverter;
  /** Of these keys, the one that encrypts first; Temporal shows them. */
  readonly keyIds: readonly string[];
  /** The most workflows that stay in memory; any other is replayed from its history for its next task. */
  readonly cachedWorkflows: number;
  /** For worker versioning. @default not versioned */
  readonly version?: WorkerSettings['version'] | undefined;
}

/** How long running activities may take to end when the worker stops. */
const SHUTDOWN_GRACE_TIME = '20 seconds';

/** The most concurrent activities: each may hold a job's documents, 10 MiB, and their package in memory. */
const MOST_ACTIVITIES = 20;

/** Sticky queue timeout: after it another worker takes over the workflows of a dead worker. */
const STICKY_TIMEOUT = '3 seconds';

/**
 * For one step of a workflow, by the clock on the wall. Node cannot end one that takes longer without ending the process ("async hook
 * stack has become corrupted"), and a step takes longer than the SDK's five seconds when the machine is busy or the process was
 * stopped. No workflow has a loop that could go on without an end.
 */
const STEP_LIMIT: Pick<CompiledWorkerOptions, 'isolateExecutionTimeout'> = {
  // The SDK takes it, but does not list it among its options.
  isolateExecutionTimeout: '10 minutes',
};

/**
 * A worker for all signing workflows and activities, not yet running.
 * @throws STORAGE_UNAVAILABLE (retryable) when the storage has no identity
 */
export async function createSigningWorker(options: SigningWorkerOptions): Promise<Worker> {
  const { connection, namespace, dataConverter, keyIds, cachedWorkflows, version, ...dependencies } = options;
  const { storageIdentity, webhookReceivers = [] } = options;
  const storageId = await demandStorageId(storageIdentity);
  return Worker.create({
    identity: workerIdentity({ pid: process.pid, host: hostname(), storageId, keyIds }),
    connection,
    namespace,
    dataConverter,
    taskQueue: options.taskQueue,
    ...(version !== undefined && {
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version,
        // Jobs run for months: each workflow task goes to the current build.
        defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
      },
    }),
    workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
    ...STEP_LIMIT,
    activities: createActivities(dependencies),
    interceptors: {
      activity: [
        () => ({ inbound: new TraceInterceptor() }),
        () => {
          const attributes = new LogAttributesInterceptor();
          return { inbound: attributes, outbound: attributes };
        },
        () => ({ inbound: new FailureInterceptor({ webhooks: webhookReceivers.length > 0 }) }),
        () => ({ inbound: new HeartbeatInterceptor() }),
        () => ({ inbound: new StorageInterceptor({ storageIdentity, storageId }) }),
      ],
    },
    maxCachedWorkflows: cachedWorkflows,
    maxConcurrentActivityTaskExecutions: MOST_ACTIVITIES,
    shutdownGraceTime: SHUTDOWN_GRACE_TIME,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
  });
}
