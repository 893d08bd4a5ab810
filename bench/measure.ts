/** One measurement. */
export interface BenchCase {
  readonly name: string;
  /** Number of measured runs, after one warm-up run. */
  readonly runs: number;
  readonly run: () => unknown;
}

/** Run times in milliseconds, and the peak of the process's memory after a run, in MiB. */
export interface Measured {
  readonly name: string;
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly residentMiB: number;
}

/** Measures a case. The spread shows how reliable the machine is: compare figures of one run only. */
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
