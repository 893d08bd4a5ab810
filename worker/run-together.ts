import type { Worker } from '@temporalio/worker';

/** Runs workers until all have stopped. SIGINT and SIGTERM stop each; if one fails, the others stop too. @throws its error */
export async function runTogether(workers: readonly Worker[]): Promise<void> {
  const running = workers.map(async (worker) => {
    try {
      await worker.run();
    } finally {
      for (const other of workers) if (other.getState() === 'RUNNING') other.shutdown();
    }
  });
  const failed = (await Promise.allSettled(running)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
