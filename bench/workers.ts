import type { Bench, BenchContext, Figure } from './bench.js';
import { startBenchStack } from './bench-stack.js';

const REPETITIONS = 3;
const AGREEMENTS = 60;

/** How many agreements one, two and five workers carry from their start to the confirmed archive. */
export const bench: Bench = {
  name: 'workers',
  title: 'Agreements a second with several workers on this machine; no rate limit',
  run: async (context) => {
    const figures: Figure[] = [];
    for (const workers of context.short ? [2] : [1, 2, 5]) {
      const values: number[] = [];
      for (let repetition = 0; repetition < (context.short ? 1 : REPETITIONS); repetition += 1) {
        values.push(await agreementsASecond(workers, context));
      }
      figures.push({
        name: 'agreements',
        unit: 'a second',
        values,
        at: { curve: 'agreements', x: workers, xName: 'workers' },
      });
    }
    return figures;
  },
};

/** Each repetition has a fresh stack: the database of an earlier one would slow it down. */
async function agreementsASecond(workers: number, { short, report }: BenchContext): Promise<number> {
  const count = short ? 2 : AGREEMENTS;
  const bench = await startBenchStack('1s');
  try {
    for (let started = 0; started < workers; started += 1) await bench.stack.startWorker();
    const startedAt = performance.now();
    const references = await bench.open(count, report);
    report(`${workers} workers: ${count} agreements are open and get signed`);
    for (const { signatureJobId } of await bench.stack.admin.jobs()) {
      await bench.stack.admin.act(signatureJobId, 1, 'sign');
    }
    await Promise.all(references.map((reference) => bench.client.waitForResult(reference)));
    return count / ((performance.now() - startedAt) / 1000);
  } finally {
    await bench.close();
  }
}
