import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeBatchQuery, signingWorkflowId } from '@signering/contract';
import {
  recordFileOf,
  SIGNERING_COMMAND,
  startOwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { IMAGE_MEMORY } from '../test/fixtures/index.js';
import {
  BATCH,
  figuresOfRowsSentOnce,
  rowCountOf,
  sentReferences,
  workflowIdOf,
  writeBatch,
} from './batch-rows.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { startBenchStack, type BenchStack } from './bench-stack.js';

/** The share of the rows at the service at which each process is killed. */
const KILLS = [
  [0.15, 'WORKER'],
  [0.3, 'TEMPORAL'],
  [0.45, 'SANDBOX'],
  [0.6, 'WORKER'],
  [0.75, 'TEMPORAL'],
  [0.9, 'WORKER'],
] as const;
/** Listing 10,000 jobs is slow. */
const LOOK_EVERY_MS = 2000;
/** From the start of the process; what has not come by then is missing in the figures. `npm run bench` ends it after two hours. */
const DEADLINE = Date.now() + 100 * 60_000;

/**
 * Sends a batch by `signering batch send` and kills processes with kill -9: the command in the middle of the hand-over, then
 * worker, Temporal and service in turns. A row whose create call a kill cut off is CREATE_AMBIGUOUS until it gets an answer:
 * SEND_AGAIN if the service has no such job.
 */
export const bench: Bench = {
  name: 'killed-batch',
  title: 'A batch of 2,000 rows, with --large of 10,000, while its processes are killed',
  run: measureKilledBatch,
};

async function measureKilledBatch(context: BenchContext): Promise<readonly Figure[]> {
  const { short, report } = context;
  const count = rowCountOf(context, { short: 12 });
  const bench = await startBenchStack('5s', { SIGNERING_AMBIGUOUS_CREATE: 'ask' });
  try {
    const killedSenders = await handOver(bench, count, report);
    const kills = short ? KILLS.slice(0, 1) : KILLS;
    await killWhileSending(bench, kills, { count, report });
    const inDoubt = await answerForRowsInDoubt(bench, count);
    return [
      {
        name: 'kills of sender, worker, Temporal and service',
        unit: 'kills',
        values: [killedSenders + kills.length],
      },
      ...(await figuresOfRowsSentOnce(bench.stack, count)),
      { name: 'rows that waited for an answer', unit: 'rows', values: [inDoubt] },
    ];
  } finally {
    await bench.close();
  }
}

/**
 * Kills the command in the middle of the hand-over, and runs it again.
 * @returns 0 if the command had ended before it was killed
 */
async function handOver(
  { stack }: BenchStack,
  count: number,
  report: (line: string) => void,
): Promise<0 | 1> {
  report(`handing over ${count} rows`);
  const { tableFile, templateFile } = await writeBatch(stack.folder, count);
  const args = ['batch', 'send', tableFile, '--template', templateFile, '--reference', BATCH];
  const command = startOwnedProcess({
    command: process.execPath,
    args: [SIGNERING_COMMAND, ...args],
    env: stack.env,
    logFile: join(stack.folder, 'send.log'),
    recordFile: recordFileOf(stack.folder, 'send'),
  });
  const ledger = join(stack.storageFolder, 'ledger');
  const claimed = (): number =>
    readdirSync(ledger, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
      .length;
  await lookUntil(() => existsSync(ledger) && claimed() >= count / 2, 50);
  await command.kill9();
  const ended = await command.ended;
  const { exitCode, stderr } = await stack.signering(...args);
  if (exitCode !== 0) throw new Error(`The batch was not handed over: ${stderr}`);
  return ended === 'signal SIGKILL' ? 1 : 0;
}

async function killWhileSending(
  bench: BenchStack,
  kills: readonly (typeof KILLS)[number][],
  { count, report }: { readonly count: number; readonly report: (line: string) => void },
): Promise<void> {
  const { stack, workflows } = bench;
  let worker = await stack.startWorker(IMAGE_MEMORY);
  for (const [part, victim] of kills) {
    await lookUntil(async () => {
      const sent = (await sentReferences(stack)).length;
      report(`${sent} of ${count} rows are sent`);
      return sent >= part * count;
    });
    report(`killing: ${victim.toLowerCase()}`);
    if (victim === 'WORKER') {
      await worker.kill9();
      worker = await stack.startWorker(IMAGE_MEMORY);
    } else if (victim === 'TEMPORAL') {
      await stack.killTemporal();
      await stack.restartTemporal();
    } else {
      await stack.sandbox().kill9();
      await stack.restartSandbox();
    }
  }
  const batch = workflows.getHandle(workflowIdOf(stack));
  await lookUntil(async () => {
    const { handled } = await batch.query(describeBatchQuery);
    const created = await countIn(bench, 'WAITING_FOR_SIGNERS');
    const asked = await countIn(bench, 'CREATE_AMBIGUOUS');
    report(`${created} of ${count} rows are sent, ${asked} wait for an answer`);
    return handled === count && created + asked >= count;
  });
}

/** @returns the number of rows that waited for an answer */
async function answerForRowsInDoubt(bench: BenchStack, count: number): Promise<number> {
  const arrived = new Set(await sentReferences(bench.stack));
  const waiting: string[] = [];
  for await (const { workflowId } of bench.workflows.list({ query: 'SigningState="CREATE_AMBIGUOUS"' })) {
    waiting.push(workflowId.slice(signingWorkflowId(organizationOf(bench), '').length));
  }
  const lost = waiting.filter((reference) => !arrived.has(reference));
  for (const reference of lost) await bench.client.answerAmbiguousCreate(reference, 'SEND_AGAIN');
  const left = waiting.length - lost.length;
  await lookUntil(
    async () =>
      (await countIn(bench, 'CREATE_AMBIGUOUS')) <= left &&
      (await countIn(bench, 'WAITING_FOR_SIGNERS')) >= count - left,
  );
  return waiting.length;
}

async function countIn({ workflows }: BenchStack, state: string): Promise<number> {
  return (await workflows.count(`SigningState="${state}"`)).count;
}

/** Looks again also after an error: Temporal and worker do not answer while they start. */
async function lookUntil(
  condition: () => boolean | Promise<boolean>,
  everyMs = LOOK_EVERY_MS,
): Promise<void> {
  const holds = async (): Promise<boolean> => await condition();
  while (!(await holds().catch(() => false)) && Date.now() < DEADLINE) await delay(everyMs);
}

function organizationOf({ stack }: BenchStack): string {
  return stack.sandbox().announcement.organizationNumber;
}
