import proto from '@temporalio/proto';
import type { Examination } from './examination.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** A worker polls at least once a minute; Temporal remembers pollers for five minutes. */
const GONE_AFTER_MS = 2 * 60 * 1000;

const TYPES = {
  workflows: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activities: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
} as const;

/** What a worker polls a task queue for. */
export type Work = keyof typeof TYPES;

/** Identities of the workers that polled a task queue within two minutes. @throws the error of Temporal's SDK */
export async function recentPollers(
  examination: Examination,
  { taskQueue, work }: { readonly taskQueue: string; readonly work: Work },
): Promise<readonly string[]> {
  const { namespace } = examination.temporalSettings();
  const { pollers } = await examination.temporal(({ workflowService }) =>
    workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TYPES[work],
    }),
  );
  return pollers
    .filter(({ lastAccessTime }) => isRecent(Number(lastAccessTime?.seconds ?? 0)))
    .map(({ identity }) => identity ?? '');
}

function isRecent(seconds: number): boolean {
  return Date.now() - seconds * 1000 < GONE_AFTER_MS;
}
