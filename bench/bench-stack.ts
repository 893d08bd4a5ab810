import { readFileSync } from 'node:fs';
import { Connection, type WorkflowClient } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { workflowsOf } from '../test/end-to-end/stack-workflows.js';
import { startTestStack, waitFor, type TestStack } from '../test/fixtures/index.js';

/**
 * A stack whose worker, sandbox and Temporal are separate processes, as users run them, and whose sandbox counts no calls.
 * It starts without a worker.
 */
export interface BenchStack {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly workflows: WorkflowClient;
  /**
   * Starts agreements until so many were started, and waits until each, but for those that have ended, waits for its one
   * signer. Returns the references of all, oldest first.
   */
  readonly open: (
    count: number,
    report: (line: string) => void,
    ended?: number,
  ) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** What a bench of single agreements needs. */
export interface StackParts {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly workflows: WorkflowClient;
}

/** Runs a bench on a stack with a worker, whose sandbox counts calls as the service does. */
export async function onStack<T>(run: (parts: StackParts) => Promise<T>): Promise<T> {
  const stack = await startTestStack();
  const connection = await Connection.connect({ address: stack.temporal.address });
  try {
    await stack.startWorker();
    await using client = await SigningClient.connect({ env: stack.env });
    return await run({ stack, client, workflows: workflowsOf(stack, connection) });
  } finally {
    await connection.close();
    await stack.stop();
  }
}

const STARTS_AT_ONCE = 30;
const REPORT_EVERY_MS = 4000;
/** Ten thousand agreements on a busy machine: three times what they took. */
const OPEN_WITHIN_MS = 45 * 60 * 1000;

/**
 * @param emptyQueueWait the wait between two polls, such as `1s`
 * @param settings of the bench, for worker, client and commands
 */
export async function startBenchStack(
  emptyQueueWait: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchStack> {
  const stack = await startTestStack({
    ownTemporal: true,
    emptyQueueWait,
    settings: {
      SIGNERING_SANDBOX_CALLS_PER_SECOND: 'unlimited',
      SIGNERING_CLIENT_TIMEOUT: '300',
      ...settings,
    },
  });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const workflows = workflowsOf(stack, connection);
  const client = await SigningClient.connect({ env: stack.env });
  const references: string[] = [];
  const startNext = async (count: number): Promise<void> => {
    while (references.length < count) {
      const reference = `open-${references.length}`;
      references.push(reference);
      await client.startPortalJob(await portalJob(reference));
    }
  };
  const waiting = async (): Promise<number> =>
    (await workflows.count('SigningState="WAITING_FOR_SIGNERS"')).count;
  return {
    stack,
    client,
    workflows,
    open: async (count, report, ended = 0) => {
      const progress = setInterval(() => {
        waiting().then(
          (reached) => report(`${reached} of ${count} agreements are open`),
          () => report('agreements are opened'),
        );
      }, REPORT_EVERY_MS);
      try {
        await Promise.all(Array.from({ length: STARTS_AT_ONCE }, () => startNext(count)));
        const what = `${count} agreements wait for their signers`;
        await waitFor(async () => (await waiting()) >= count - ended, { what, withinMs: OPEN_WITHIN_MS });
      } finally {
        clearInterval(progress);
      }
      return references;
    },
    close: async () => {
      await client.close();
      await connection.close();
      await stack.stop();
    },
  };
}

/** Resident memory of a process now, or the most since it began, in MB. Spec: proc_pid_status(5). */
export function residentMb(pid: number, when: 'NOW' | 'PEAK' = 'NOW'): number {
  const line = when === 'NOW' ? /VmRSS:\s+(\d+)/u : /VmHWM:\s+(\d+)/u;
  const [, kib = 'NaN'] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) * 1024) / 1e6;
}

/** Processor time that a process has used, in seconds. Spec: proc_pid_stat(5), fields 14 and 15, in ticks of 10 ms. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat
    .replace(/^.*\) /su, '')
    .split(' ')
    .map(Number);
  return ((fields[11] ?? NaN) + (fields[12] ?? NaN)) / 100;
}

/** The value below which that part of the values is. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * part) - 1] ?? NaN;
}
