import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, BenchContext, Figure } from './bench.js';
import { quantile, startBenchStack, type BenchStack } from './bench-stack.js';

const REPETITIONS = 3;
/** Signatures of one repetition, at a pace at which none waits for another. */
const SIGNATURES = 50;
const PACE_MS = 1000;
/** The sandbox asks for it after an empty queue. The service's own wait in production is 10 minutes. */
const POLL_WAIT_MS = 1000;

/** How long it takes from a signature to the confirmed archive while other agreements are open. */
export const bench: Bench = {
  name: 'latency',
  title: `From a signature to the confirmed archive; poll wait ${POLL_WAIT_MS / 1000} s`,
  run: async (context) => {
    const bench = await startBenchStack(`${POLL_WAIT_MS / 1000}s`);
    try {
      await bench.stack.startWorker();
      const figures: Figure[] = [];
      let signed = 0;
      for (const count of countsOf(context)) {
        const signatures = context.short ? 1 : SIGNATURES;
        const repetitions = context.short ? 1 : REPETITIONS;
        const total = signed + count + signatures * repetitions;
        const references = await bench.open(total, context.report, signed);
        const p50: number[] = [];
        const p99: number[] = [];
        for (let repetition = 0; repetition < repetitions; repetition += 1) {
          // The oldest ones, which the worker no longer caches.
          const times = await signOneByOne(bench, references.slice(signed, signed + signatures), context);
          signed += signatures;
          p50.push(quantile(times, 0.5));
          p99.push(quantile(times, 0.99));
        }
        const at = (curve: string) => ({ curve, x: count, xName: 'open agreements' });
        figures.push(
          { name: 'signature to confirmed archive, p50', unit: 'ms', values: p50, at: at('p50') },
          {
            name: 'signature to confirmed archive, p99',
            unit: 'ms',
            values: p99,
            target: { atMost: POLL_WAIT_MS + 1000 },
            reason:
              'The Date of an answer has whole seconds: the worker learns the clock of the service more closely only after some polls.',
            at: at('p99'),
          },
        );
      }
      return figures;
    } finally {
      await bench.close();
    }
  },
};

function countsOf({ short, large }: BenchContext): readonly number[] {
  if (short) return [1];
  return [1, 1000, ...(large ? [10_000] : [])];
}

async function signOneByOne(
  { stack, client }: BenchStack,
  references: readonly string[],
  { report }: BenchContext,
): Promise<readonly number[]> {
  const ids = new Map((await stack.admin.jobs()).map((job) => [job['reference'], job.signatureJobId]));
  const times: Promise<number>[] = [];
  for (const [index, reference] of references.entries()) {
    if (index % 4 === 0) report(`signature ${index + 1} of ${references.length}`);
    await stack.admin.act(ids.get(reference)!, 1, 'sign');
    const signedAt = performance.now();
    times.push(client.waitForResult(reference).then(() => performance.now() - signedAt));
    await delay(PACE_MS);
  }
  return Promise.all(times);
}
