import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { SigningClient } from '@signering/client';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { loadWorkerSettings } from '@signering/settings';
import { IMAGE_MEMORY } from '../test/fixtures/index.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { processorSeconds, quantile, residentMb, startBenchStack, type BenchStack } from './bench-stack.js';

const REPETITIONS = 3;
/** Includes a measurement of the metrics, which the worker makes every 30 s. */
const IDLE_MS = 30_000;
const ASKED = 30;

const MEMORY: Bound = {
  target: { atMost: 512 },
  reason:
    "The heap of the worker's main thread and the memory of Temporal's core still grow while thousands of agreements are " +
    'opened in one go; the cached workflows do not.',
};
const FIRST_ANSWER: Bound = {
  target: { atMost: 100 },
  reason: 'A replay needs a processor, and other processes used them too.',
};

/** What agreements cost that wait for their signers. */
export const bench: Bench = {
  name: 'open-agreements',
  title: 'Open agreements: memory, processor use, size and answers',
  run: async (context) => {
    const bench = await startBenchStack('5s');
    try {
      // As in production: Prometheus reads metrics, and the worker measures open jobs.
      const worker = await bench.stack.startWorker({
        SIGNERING_METRICS_ADDRESS: `127.0.0.1:${await freePort()}`,
        ...IMAGE_MEMORY,
      });
      const figures: Figure[] = [];
      for (const count of countsOf(context)) {
        const references = await bench.open(count, context.report);
        const at = (curve: string) => ({ curve, x: count, xName: 'open agreements' });
        const idle = await measureIdle(bench, worker.pid, context);
        const answers = await measureAnswers(bench, references, context);
        for (const { name, unit, values, bound } of [...idle, ...answers]) {
          figures.push({ name, unit, values, ...bound, at: at(name) });
          context.report(
            `${count} open: ${name} ${values.map((value) => value.toFixed(1)).join(', ')} ${unit}`,
          );
        }
      }
      return figures;
    } finally {
      await bench.close();
    }
  },
};

type Measured = Pick<Figure, 'name' | 'unit' | 'values'> & { readonly bound?: Bound };
type Bound = Pick<Figure, 'target' | 'reason'>;

function countsOf({ short, large }: BenchContext): readonly number[] {
  if (short) return [1, 5];
  return [1, 10, 100, 1000, ...(large ? [10_000] : [])];
}

async function measureIdle(
  { stack }: BenchStack,
  workerPid: number,
  { short, report }: BenchContext,
): Promise<readonly Measured[]> {
  const memory: number[] = [];
  const workerUse: number[] = [];
  const temporalUse: number[] = [];
  for (let repetition = 1; repetition <= (short ? 1 : REPETITIONS); repetition += 1) {
    const idleMs = short ? 1000 : IDLE_MS;
    const [workerBefore, temporalBefore] = [workerPid, stack.temporal.pid].map(processorSeconds);
    for (let passed = 0; passed < idleMs; passed += 5000) {
      report(`idle, ${repetition} of ${REPETITIONS}`);
      await delay(Math.min(5000, idleMs - passed));
    }
    const share = (pid: number, before = NaN): number =>
      ((processorSeconds(pid) - before) / (idleMs / 1000)) * 100;
    workerUse.push(share(workerPid, workerBefore));
    temporalUse.push(share(stack.temporal.pid, temporalBefore));
    memory.push(residentMb(workerPid));
  }
  const files = ['', '-wal'].map((suffix) => `${stack.temporal.databaseFile}${suffix}`);
  const bytes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return [
    { name: 'worker, resident memory', unit: 'MB', values: memory, bound: MEMORY },
    // Since its start: also while the agreements were opened.
    {
      name: 'worker, peak of resident memory',
      unit: 'MB',
      values: [residentMb(workerPid, 'PEAK')],
      bound: MEMORY,
    },
    { name: 'worker, processor while idle', unit: '% of one', values: workerUse },
    { name: 'Temporal, processor while idle', unit: '% of one', values: temporalUse },
    { name: "Temporal's database", unit: 'MB', values: [bytes.reduce((one, other) => one + other) / 1e6] },
  ];
}

/**
 * Asks for agreements that are not in the worker's cache, then for the same ones again, which are. The first ones of a
 * small number are all in the cache, so no agreement has fallen out of it.
 */
async function measureAnswers(
  { client, stack }: BenchStack,
  references: readonly string[],
  { short, report }: BenchContext,
): Promise<readonly Measured[]> {
  const cached = loadWorkerSettings(stack.env).cachedWorkflows;
  const evicted = references.length - cached;
  const first: number[][] = [];
  const again: number[][] = [];
  for (let repetition = 0; repetition < (short ? 1 : REPETITIONS); repetition += 1) {
    report(`answers, ${repetition + 1} of ${REPETITIONS}`);
    // The oldest ones: each answer moves an agreement into the cache, and another one out.
    const from = repetition * ASKED;
    const asked = (
      evicted > from ? references.slice(from, Math.min(from + ASKED, evicted)) : references
    ).slice(0, ASKED);
    const times = await timesOf(client, asked);
    if (evicted > from) first.push(times);
    again.push(await timesOf(client, asked));
  }
  const part = (name: string, all: readonly number[][], share: number, bound?: Bound): Measured[] =>
    all.length === 0
      ? []
      : [{ name, unit: 'ms', values: all.map((each) => quantile(each, share)), ...(bound && { bound }) }];
  return [
    ...part('first answer after eviction, p50', first, 0.5),
    ...part('first answer after eviction, p90', first, 0.9, FIRST_ANSWER),
    ...part('answer from the cache, p50', again, 0.5),
    ...part('answer from the cache, p90', again, 0.9),
  ];
}

async function timesOf(client: SigningClient, references: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const reference of references) {
    const start = performance.now();
    await client.getJob(reference);
    times.push(performance.now() - start);
  }
  return times;
}
