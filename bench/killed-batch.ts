import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { batchWorkflowId, describeBatchQuery, signingWorkflowId } from '@signering/contract';
import {
  recordFileOf,
  SIGNERING_COMMAND,
  startOwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { IMAGE_MEMORY, waitFor } from '../test/fixtures/index.js';
import { writeBatch } from './batch-rows.js';
import type { Figure } from './bench.js';
import { startBenchStack, type BenchStack } from './bench-stack.js';

/** As parts of the rows that are at the service: what is killed then. */
const KILLS = [
  [0.15, 'WORKER'],
  [0.3, 'TEMPORAL'],
  [0.45, 'SANDBOX'],
  [0.6, 'WORKER'],
  [0.75, 'TEMPORAL'],
  [0.9, 'WORKER'],
] as const;
const LOOK_EVERY_MS = 2000;

/**
 * Sends a batch by `signering batch send` and kills its processes with kill -9: the command in the middle of the hand-over,
 * then worker, Temporal and service in turns. Rows whose create a kill cut off wait for a person, who looks at the service
 * whether the job is there (`SIGNERING_AMBIGUOUS_CREATE=ask`).
 */
export async function measureKilledBatch(
  count: number,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const bench = await startBenchStack('5s', { SIGNERING_AMBIGUOUS_CREATE: 'ask' });
  try {
    await handOver(bench, count, report);
    const kills = await killWhileSending(bench, count, report);
    const inDoubt = await answerForRowsInDoubt(bench, count);
    const references = await sentReferences(bench);
    const figure = (name: string, value: number, atMost?: number): Figure => ({
      name,
      unit: name.slice(0, name.indexOf(' ')),
      values: [value],
      ...(atMost !== undefined && { target: { atMost } }),
    });
    return [
      figure('kills of sender, worker, Temporal and service', kills + 1),
      figure('rows not exactly once at the service, after kills', count - new Set(references).size, 0),
      figure('jobs at the service beside the rows, after kills', references.length - count, 0),
      figure('rows that waited for an answer of a person, after kills', inDoubt),
    ];
  } finally {
    await bench.close();
  }
}

/** Broken off by a kill, and repeated. */
async function handOver({ stack }: BenchStack, count: number, report: (line: string) => void): Promise<void> {
  report(`handing over ${count} rows`);
  const { tableFile, templateFile } = await writeBatch(stack.folder, count);
  const args = ['batch', 'send', tableFile, '--template', templateFile, '--reference', 'leases'];
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
  await lookUntil(() => Promise.resolve(existsSync(ledger) && claimed() >= count / 2));
  await command.kill9();
  const { exitCode, stderr } = await stack.signering(...args);
  if (exitCode !== 0) throw new Error(`The batch was not handed over: ${stderr}`);
}

/** @returns the number of kills */
async function killWhileSending(
  bench: BenchStack,
  count: number,
  report: (line: string) => void,
): Promise<number> {
  const { stack } = bench;
  let worker = await stack.startWorker(IMAGE_MEMORY);
  for (const [part, victim] of KILLS) {
    await lookUntil(async () => {
      const sent = (await stack.admin.jobs()).length;
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
  const { workflows } = bench;
  const batch = workflows.getHandle(batchWorkflowId(organizationOf(bench), 'leases'));
  const settled = async (): Promise<boolean> => {
    const { handled } = await batch.query(describeBatchQuery);
    const { count: created } = await workflows.count('SigningState="WAITING_FOR_SIGNERS"');
    const { count: asked } = await workflows.count('SigningState="CREATE_AMBIGUOUS"');
    report(`${created} of ${count} rows are sent, ${asked} wait for a person`);
    return handled === count && created + asked >= count;
  };
  // A query fails while the worker starts.
  await lookUntil(() => settled().catch(() => false));
  return KILLS.length;
}

/** Sends rows again that are not at the service. @returns the number of rows that waited for an answer */
async function answerForRowsInDoubt(bench: BenchStack, count: number): Promise<number> {
  const arrived = new Set(await sentReferences(bench));
  const waiting: string[] = [];
  for await (const { workflowId } of bench.workflows.list({ query: 'SigningState="CREATE_AMBIGUOUS"' })) {
    waiting.push(workflowId.slice(signingWorkflowId(organizationOf(bench), '').length));
  }
  for (const reference of waiting.filter((one) => !arrived.has(one))) {
    await bench.client.answerAmbiguousCreate(reference, 'SEND_AGAIN');
  }
  await waitFor(async () => new Set(await sentReferences(bench)).size >= count, {
    what: 'rows that a kill cut off are sent',
  });
  return waiting.length;
}

/** Ten thousand jobs are not listed more often. */
async function lookUntil(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(LOOK_EVERY_MS);
}

async function sentReferences({ stack }: BenchStack): Promise<readonly string[]> {
  return (await stack.admin.jobs()).map((job) => String(job['reference']));
}

function organizationOf({ stack }: BenchStack): string {
  return stack.sandbox().announcement.organizationNumber;
}
