// Health check of the worker container: its worker has polled the task queue recently.
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { TASK_QUEUE } from '@signering/contract';
import { loadTemporalSettings } from '@signering/settings';

/** A poll lasts at most a minute. In milliseconds. */
const POLLED_WITHIN_MS = 120_000;

const { connection: options, namespace } = loadTemporalSettings(process.env);
const connection = await Connection.connect(options);
const { pollers } = await connection.workflowService.describeTaskQueue({
  namespace,
  taskQueue: { name: TASK_QUEUE },
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
});
await connection.close();
// Workers of other machines do not count. An identity is `{pid}@{host} storage:{id}`.
const lastPolls = pollers
  .filter(({ identity }) => identity?.split(' ')[0]?.endsWith(`@${hostname()}`))
  .map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
process.exitCode = Math.max(0, ...lastPolls) > Date.now() - POLLED_WITHIN_MS ? 0 : 1;
