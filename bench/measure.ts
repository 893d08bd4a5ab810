/** One thing to measure. */
export interface BenchCase {
  readonly name: string;
  /** How often it is measured, after a first time that does not count. */
  readonly runs: number;
  readonly run: () => unknown;
}

/** Times of the runs in milliseconds, and the most memory that the process held at the end of one, in MiB. */
export interface Measured {
  readonly name: string;
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly residentMiB: number;
}

/** Measures a case. The spread says how far the machine can be trusted: compare figures of one run only. */
export async function measure({ name, runs, run }: BenchCase): Promise<Measured> {
  await run();
  const times: number[] = [];
  let resident = 0;
  for (let count = 0; count < runs; count += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    resident = Math.max(resident, process.memoryUsage.rss());
  }
  times.sort((one, other) => one - other);
  return {
    name,
    runs,
    min: times[0] ?? NaN,
    median: times[Math.floor(times.length / 2)] ?? NaN,
    max: times.at(-1) ?? NaN,
    residentMiB: resident / 2 ** 20,
  };
}
