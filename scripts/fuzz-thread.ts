// One target's part of a fuzzing run: see fuzz.ts.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { FuzzFinding, fuzzParser } from '../test/fuzz/fuzz-parser.js';
import { FUZZ_TARGETS } from '../test/fuzz/targets.js';

/** The order of a fuzzing thread. */
export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  readonly executions: number;
}

/** Progress report of a thread. */
export interface FuzzProgress {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly execution: number;
  readonly finding?: { readonly what: string; readonly input: Uint8Array };
  /** At the end. */
  readonly report?: {
    readonly executions: number;
    readonly taken: number;
    readonly worstMs: number;
    readonly seconds: number;
    /** Heap size after a garbage collection, at each tenth of the run; the first after warm-up. */
    readonly heapBytes: readonly number[];
    readonly rssBytes: number;
  };
}

const STEPS = 10;
const POST_EVERY_MS = 500;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

// Warnings of libraries about the inputs are irrelevant.
console.warn = () => undefined;

const { target: name, seed, executions } = workerData as FuzzOrder;
const postProgress = (progress: Omit<FuzzProgress, 'at'>) =>
  parentPort?.postMessage({ at: Date.now(), ...progress });
await run();

async function run(): Promise<void> {
  const target = FUZZ_TARGETS.find((each) => each.name === name);
  if (target === undefined) throw new Error(`Unknown target ${name}.`);
  const subject = await target.open();
  const started = performance.now();
  const heapBytes: number[] = [];
  let taken = 0;
  let worstMs = 0;
  let postedAt = 0;
  const onInput = (_: Buffer, execution: number) => {
    if (performance.now() - postedAt < POST_EVERY_MS) return;
    postedAt = performance.now();
    postProgress({ execution });
  };
  try {
    for (let step = 0; step < STEPS; step += 1) {
      const from = Math.floor((executions * step) / STEPS);
      const part = Math.floor((executions * (step + 1)) / STEPS) - from;
      const report = await fuzzParser({
        subject,
        seed,
        from,
        executions: part,
        maxMs: target.maxMs,
        onInput,
      });
      taken += report.taken;
      worstMs = Math.max(worstMs, report.worstMs);
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      heapBytes.push(heapUsed + external);
    }
    const seconds = (performance.now() - started) / 1000;
    const rssBytes = process.memoryUsage.rss();
    postProgress({
      execution: executions,
      report: { executions, taken, worstMs, seconds, heapBytes, rssBytes },
    });
  } catch (error) {
    if (!(error instanceof FuzzFinding)) throw error;
    const what = `${error.message} ${error.cause instanceof Error ? (error.cause.stack ?? '') : ''}`;
    postProgress({ execution: error.execution, finding: { what, input: error.input } });
  } finally {
    await subject.close?.();
  }
}
