import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { signingWorkflowId } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { IMAGE_MEMORY } from '../test/fixtures/index.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { processorSeconds, quantile, startBenchStack, type BenchStack } from './bench-stack.js';
import { costOf } from './billable-actions.js';
import type { EmptyWorkerOrder } from './empty-worker.js';
import { formatNumber } from './results.js';

const ROUNDS = 5;
const AGREEMENTS = 100;
const EMPTY_QUEUE = 'bench-empty';
/** Of the rate of empty workflows. */
const TARGET = 0.8;

/**
 * Agreements of the portal flow for one signer, from the start by the client to the confirmed archive, all of a round
 * at once, in turns with as many empty workflows that run as many activities. The sandbox counts no calls.
 */
export const bench: Bench = {
  name: 'end-to-end',
  title: 'Agreements from start to confirmed archive, beside an empty workflow with as many activities',
  run: async (context) => {
    const bench = await startBenchStack('1s');
    const emptyWorker = await startEmptyWorker(bench);
    const { address, namespace } = bench.stack.temporal;
    const connection = await Connection.connect({ address });
    try {
      const worker = await bench.stack.startWorker(IMAGE_MEMORY);
      const pids = {
        worker: worker.pid,
        client: process.pid,
        sandbox: bench.stack.sandbox().pid,
        Temporal: bench.stack.temporal.pid,
        'empty worker': emptyWorker.pid ?? NaN,
      };
      const activities = await activitiesOfOne(bench);
      const ways: Ways = {
        agreement: (count, round) => runAgreements(bench, count, round),
        empty: (count, round) =>
          runEmpty(new Client({ connection, namespace }), { count, round, activities }),
      };
      return figuresOf(await measureAlternately({ ways, pids, ...context }));
    } finally {
      emptyWorker.kill();
      await connection.close();
      await bench.close();
    }
  },
};

type Way = 'agreement' | 'empty';
type Ways = Readonly<Record<Way, (count: number, round: number) => Promise<void>>>;
type Part = 'worker' | 'client' | 'sandbox' | 'Temporal' | 'empty worker';

/** One round of one way. */
export interface Round {
  readonly perSecond: number;
  /** Processor time of each process for each workflow, in ms. */
  readonly processorMs: Readonly<Record<Part, number>>;
}

async function startEmptyWorker({ stack }: BenchStack): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./empty-worker.js', import.meta.url)));
  child.send({
    ...stack.temporal,
    taskQueue: EMPTY_QUEUE,
    cachedWorkflows: loadWorkerSettings(stack.env).cachedWorkflows,
  } satisfies EmptyWorkerOrder);
  await once(child, 'message');
  return child;
}

/** The number of activities of an agreement, by the history of one. */
async function activitiesOfOne(bench: BenchStack): Promise<number> {
  await runAgreements(bench, 1, 'first');
  const { organizationNumber } = bench.stack.sandbox().announcement;
  const handle = bench.workflows.getHandle(signingWorkflowId(organizationNumber, 'agreement-first-0'));
  const { list } = costOf((await handle.fetchHistory()).events ?? []);
  return Object.entries(list)
    .filter(([kind]) => kind.startsWith('activity '))
    .reduce((all, [, times]) => all + times, 0);
}

async function measureAlternately({
  ways,
  pids,
  short,
  report,
}: BenchContext & { readonly ways: Ways; readonly pids: Readonly<Record<Part, number>> }): Promise<
  Readonly<Record<Way, readonly Round[]>>
> {
  const rounds = { agreement: [] as Round[], empty: [] as Round[] };
  const count = short ? 2 : AGREEMENTS;
  const use = () => Object.entries(pids).map(([part, pid]) => [part, processorSeconds(pid)] as const);
  // The first round warms up.
  for (let round = 0; round <= (short ? 1 : ROUNDS); round += 1) {
    for (const way of ['empty', 'agreement'] as const) {
      const [startedAt, before] = [performance.now(), new Map(use())];
      report(`round ${round}, ${way}`);
      await ways[way](count, round);
      const perSecond = (count * 1000) / (performance.now() - startedAt);
      const processorMs = Object.fromEntries(
        use().map(([part, seconds]) => [part, ((seconds - (before.get(part) ?? NaN)) * 1000) / count]),
      ) as Record<Part, number>;
      if (round > 0) rounds[way].push({ perSecond, processorMs });
      report(`round ${round}, ${way}: ${perSecond.toFixed(1)} a second, ${JSON.stringify(processorMs)}`);
    }
  }
  return rounds;
}

/** Starts all at once. Each is signed as soon as the service has it. */
async function runAgreements(
  { stack, client }: BenchStack,
  count: number,
  round: number | 'first',
): Promise<void> {
  const references = Array.from({ length: count }, (_, index) => `agreement-${round}-${index}`);
  const results = references.map(async (reference) => {
    await client.startPortalJob(await portalJob(reference));
    await client.waitForResult(reference);
  });
  const unsigned = new Set(references);
  while (unsigned.size > 0) {
    for (const job of await stack.admin.jobs()) {
      if (!unsigned.delete(String(job['reference']))) continue;
      await stack.admin.act(job.signatureJobId, 1, 'sign');
    }
    await Promise.race([delay(100), Promise.all(results)]);
  }
  await Promise.all(results);
}

async function runEmpty(
  { workflow }: Client,
  {
    count,
    round,
    activities,
  }: { readonly count: number; readonly round: number; readonly activities: number },
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      workflow.execute('emptyWorkflow', {
        workflowId: `empty-${round}-${index}`,
        taskQueue: EMPTY_QUEUE,
        args: [{ activities }],
      }),
    ),
  );
}

/** How many processors the target would need, by the processor time of an agreement. */
export function processorsForTarget(
  { agreement, empty }: Readonly<Record<Way, readonly Round[]>>,
  processors: number,
): string {
  const medianOf = (values: readonly number[]) => quantile(values, 0.5);
  const parts = ['worker', 'client', 'sandbox', 'Temporal'] as const;
  const ms = parts
    .map((part) => medianOf(agreement.map(({ processorMs }) => processorMs[part])))
    .reduce((one, other) => one + other, 0);
  const rate = medianOf(empty.map(({ perSecond }) => perSecond));
  const needed = (TARGET * rate * ms) / 1000;
  return (
    `${TARGET} times ${formatNumber(rate)} empty workflows a second, with ${formatNumber(ms)} ms of processor time for an ` +
    `agreement, would need ${formatNumber(needed)} processors; there are ${processors}.`
  );
}

function figuresOf({ agreement, empty }: Readonly<Record<Way, readonly Round[]>>): readonly Figure[] {
  const processor = (name: string, rounds: readonly Round[], part: Part): Figure => ({
    name: `processor time ${name}`,
    unit: 'ms',
    values: rounds.map(({ processorMs }) => processorMs[part]),
  });
  return [
    { name: 'agreements', unit: 'a second', values: agreement.map(({ perSecond }) => perSecond) },
    { name: 'empty workflows', unit: 'a second', values: empty.map(({ perSecond }) => perSecond) },
    {
      name: 'agreements beside empty workflows',
      unit: 'times',
      values: agreement.map(({ perSecond }, round) => perSecond / (empty[round]?.perSecond ?? NaN)),
      target: { atLeast: TARGET },
      reason:
        `${processorsForTarget({ agreement, empty }, availableParallelism())} Beside what an empty workflow needs, the sandbox checks ` +
        'a package and signs two documents, and the worker encrypts payloads, syncs files, calls over TLS and verifies signatures: ' +
        'their processor time is below. A round begins all at once: first come the creates of all, then one status change after the ' +
        'other, because a queue has one poller; neither phase uses all processors.',
    },
    processor('of an agreement, worker', agreement, 'worker'),
    processor('of an agreement, client and signer', agreement, 'client'),
    processor('of an agreement, sandbox', agreement, 'sandbox'),
    processor('of an agreement, Temporal', agreement, 'Temporal'),
    processor('of an empty workflow, worker', empty, 'empty worker'),
    processor('of an empty workflow, client', empty, 'client'),
    processor('of an empty workflow, Temporal', empty, 'Temporal'),
  ];
}
