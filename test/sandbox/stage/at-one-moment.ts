import { performance } from 'node:perf_hooks';

/** Does something while the sandbox counts every call at one moment, however long a slow machine takes. */
export async function atOneMoment<Result>(work: () => Promise<Result>): Promise<Result> {
  const read = performance.now.bind(performance);
  const moment = read();
  performance.now = () => moment;
  try {
    return await work();
  } finally {
    performance.now = read;
  }
}
