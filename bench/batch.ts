import { setTimeout as delay } from 'node:timers/promises';
import { describeBatchQuery, type BatchPosition } from '@signering/contract';
import type { SigningClient } from '@signering/client';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { createdJobIdOf } from '../test/end-to-end/signing-stack.js';
import { IMAGE_MEMORY, type TestStack } from '../test/fixtures/index.js';
import { BATCH, figuresOfRowsSentOnce, rowCountOf, workflowIdOf, writeBatch } from './batch-rows.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import {
  onStack,
  processorSeconds,
  quantile,
  residentMb,
  startBenchStack,
  type BenchStack,
} from './bench-stack.js';

const LOOK_EVERY_MS = 500;
const REPORT_EVERY_MS = 4000;
/** Jobs of people, one after the other, beside a batch that takes longer. */
const PEOPLE = 20;
const ROWS_BESIDE_PEOPLE = 400;

/** What a batch costs, and how people's jobs are served beside one. */
export const bench: Bench = {
  name: 'batch',
  title: 'A batch of 2,000 rows, with --large of 10,000; and jobs of people beside one',
  run: async (context) => [...(await measureRows(context)), ...(await measurePeople(context))],
};

/** The sandbox counts no calls, so that worker and Temporal bound the pace. */
async function measureRows(context: BenchContext): Promise<readonly Figure[]> {
  const bench = await startBenchStack('5s');
  try {
    const count = rowCountOf(context, { short: 4 });
    const client = await measureHandOver(bench, count, context);
    const worker = await bench.stack.startWorker(IMAGE_MEMORY);
    const sent = await measureSending(bench, worker.pid, { count, report: context.report });
    const histories = await historiesOf(bench);
    const figure = (name: string, unit: string, values: readonly number[], atMost?: number): Figure => ({
      name,
      unit,
      values,
      ...(atMost !== undefined && { target: { atMost } }),
    });
    return [
      figure('rows handed over by the client', 'a second', client.perSecond),
      figure('rows sent', 'a second', sent.perSecond),
      figure('processor time of a row, client', 'ms', client.processorMs),
      figure('processor time of a row, worker', 'ms', sent.processorMs),
      { ...figure('memory of the client, growth', 'MB', [client.growthMb], 100), reason: GROWTH_REASON },
      { ...figure('memory of the worker, growth', 'MB', [sent.growthMb], 100), reason: GROWTH_REASON },
      figure('longest history of the batch', 'events', [Math.max(...histories)], 2000),
      ...(await figuresOfRowsSentOnce(bench.stack, count)),
    ];
  } finally {
    await bench.close();
  }
}

const NOTHING: BatchPosition = { handled: 0 };

const GROWTH_REASON =
  'V8 and the allocator keep memory that they have used once, as long as the machine has more.';

/** What one part of the way of the rows cost: one value for each tenth of the rows, where it is known how far they are. */
interface Cost {
  readonly perSecond: readonly number[];
  readonly processorMs: readonly number[];
  /** Mean of the last quarter of the time above that of the second one, which the start no longer affects. */
  readonly growthMb: number;
}

interface Sample {
  readonly rows: number;
  readonly atMs: number;
  readonly processorSeconds: number;
  readonly mb: number;
}

async function measure(
  pid: number,
  count: number,
  work: (sample: (rows: number) => void) => Promise<void>,
): Promise<Cost> {
  const samples: Sample[] = [];
  const sample = (rows: number): void => {
    samples.push({
      rows,
      atMs: performance.now(),
      processorSeconds: processorSeconds(pid),
      mb: residentMb(pid),
    });
  };
  sample(0);
  await work(sample);
  sample(count);
  const perSecond: number[] = [];
  const processorMs: number[] = [];
  let [from] = samples as [Sample];
  for (const to of samples) {
    const rows = to.rows - from.rows;
    if (rows < count / 10) continue;
    perSecond.push((rows * 1000) / (to.atMs - from.atMs));
    processorMs.push(((to.processorSeconds - from.processorSeconds) * 1000) / rows);
    from = to;
  }
  const quarter = Math.ceil(samples.length / 4);
  const mean = (some: readonly Sample[]) => some.reduce((sum, { mb }) => sum + mb, 0) / some.length;
  const growthMb = mean(samples.slice(-quarter)) - mean(samples.slice(quarter, 2 * quarter));
  return { perSecond, processorMs, growthMb };
}

/** The client runs in this process, as in a business system. */
async function measureHandOver(
  { stack, client }: BenchStack,
  count: number,
  { report }: BenchContext,
): Promise<Cost> {
  return measure(process.pid, count, async (sample) => {
    report(`handing over ${count} rows`);
    const sampling = setInterval(() => sample(0), LOOK_EVERY_MS);
    const progress = setInterval(() => report(`handing over ${count} rows`), REPORT_EVERY_MS);
    try {
      await handOver(stack, client, count);
    } finally {
      clearInterval(sampling);
      clearInterval(progress);
    }
  });
}

async function handOver({ folder }: TestStack, client: SigningClient, count: number): Promise<void> {
  await client.startBatch((await writeBatch(folder, count)).request);
}

async function measureSending(
  bench: BenchStack,
  pid: number,
  { count, report }: { readonly count: number; readonly report: (line: string) => void },
): Promise<Cost> {
  const handle = bench.workflows.getHandle(workflowIdOf(bench.stack));
  return measure(pid, count, async (sample) => {
    for (let looks = 0; ; looks += 1) {
      // The first worker registers what the query needs.
      const { handled } = await handle.query(describeBatchQuery).catch(() => NOTHING);
      if (looks % (REPORT_EVERY_MS / LOOK_EVERY_MS) === 0) report(`${handled} of ${count} rows are sent`);
      // The workflow looks at the last ones later.
      if (handled === count && (await bench.stack.admin.jobs()).length >= count) return;
      sample(handled);
      await delay(LOOK_EVERY_MS);
    }
  });
}

/** The number of events of each run. */
async function historiesOf({ stack, workflows }: BenchStack): Promise<readonly number[]> {
  const lengths: number[] = [];
  for await (const { runId } of workflows.list({ query: `WorkflowId="${workflowIdOf(stack)}"` })) {
    const { historyLength } = await workflows.getHandle(workflowIdOf(stack), runId).describe();
    lengths.push(historyLength);
  }
  return lengths;
}

/** The sandbox counts calls as the service does, ten a second, of which the batch takes all that are left. */
async function measurePeople({ short, report }: BenchContext): Promise<readonly Figure[]> {
  return onStack(async ({ stack, client }) => {
    const count = short ? 1 : PEOPLE;
    const people = async (name: string): Promise<readonly number[]> => {
      const times: number[] = [];
      for (let index = 0; index < count; index += 1) {
        report(`${name}, ${index + 1} of ${count}`);
        const startedAt = performance.now();
        await client.startPortalJob(await portalJob(`${name}-${index}`));
        await createdJobIdOf(client, `${name}-${index}`);
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    // The worker's first job takes longer.
    await client.startPortalJob(await portalJob('first'));
    await createdJobIdOf(client, 'first');
    const alone = await people('alone');
    await handOver(stack, client, short ? 20 : ROWS_BESIDE_PEOPLE);
    await createdJobIdOf(client, 'row-0');
    const beside = await people('beside a batch');
    const { counts } = await client.batches.get(BATCH);
    const figure = (name: string, values: readonly number[]): Figure => ({ name, unit: 'ms', values });
    return [
      figure("a person's job until it is created", alone),
      figure('the same beside a batch', beside),
      {
        ...figure(
          'a batch holds people up by',
          beside.map((time) => time - quantile(alone, 0.5)),
        ),
        target: { atMost: 500 },
        reason:
          'Rows that are under way are not interrupted, and share the processors of the machine with jobs of people.',
      },
      { name: 'rows left when the last person was served', unit: 'rows', values: [counts.UNSENT] },
    ];
  });
}
