import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { TASK_QUEUE } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { loadTemporalSettings } from '@signering/settings';
import { startSigneringProcess, type SigneringProcess } from './signering-process.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startWorkerProcess}. */
export interface WorkerProcessOptions {
  /** Folder of the log and the record of the process. */
  readonly folder: string;
  /** The worker's settings, Temporal's too. */
  readonly env: NodeJS.ProcessEnv;
}

const READY_WITHIN_MS = 60_000;
const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Starts a worker and waits until Temporal sees it poll. @throws WORKER_UNAVAILABLE if it does not start */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<SigneringProcess> {
  const { folder, env } = options;
  const worker = startSigneringProcess({ name: 'worker', args: ['worker'], env, folder });
  let ending: string | undefined;
  void worker.ended.then((how) => {
    ending = how;
  });
  const { connection: temporal, namespace } = loadTemporalSettings(env);
  const { SIGNERING_TASK_QUEUE: taskQueue = TASK_QUEUE } = env;
  const connection = await Connection.connect(temporal);
  const polls = async (): Promise<boolean> => {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    // Temporal lists earlier workers for a while; the identity contains the process id.
    return pollers.some(({ identity }) => identity?.startsWith(`${worker.pid}@`) === true);
  };
  try {
    const ready = await waitUntil(async () => ending !== undefined || (await polls()), {
      withinMs: READY_WITHIN_MS,
    });
    if (ready && ending === undefined) return worker;
  } finally {
    await connection.close();
  }
  await worker.stop(1000);
  const lastLine = worker.logged().trim().split('\n').at(-1) ?? '';
  throw new SigningError(
    'WORKER_UNAVAILABLE',
    `The worker did not start (${ending ?? 'it did not poll in time'}): ${lastLine}`,
  );
}
