// A worker for the empty workflow, with the limits of the product's worker. Receives an EmptyWorkerOrder, and sends
// `ready`.
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** Where the worker polls. */
export interface EmptyWorkerOrder {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly cachedWorkflows: number;
}

process.once('disconnect', () => process.exit());
process.once('message', (order: EmptyWorkerOrder) => void run(order));

async function run({ address, namespace, taskQueue, cachedWorkflows }: EmptyWorkerOrder): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./empty-workflow.js', import.meta.url)),
    activities: { doNothing: () => Promise.resolve() },
    maxCachedWorkflows: cachedWorkflows,
    maxConcurrentActivityTaskExecutions: 20,
  });
  process.send?.('ready');
  await worker.run();
}
