import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { sandboxAdmin, type SandboxAnnouncement } from '@signering/dev-stack/internal/processes/index.js';
import type { CallingOrder } from './calling-process.js';

/** Options for calling a sandbox from several processes. */
export interface CallingProcessesOptions {
  readonly sandbox: SandboxAnnouncement;
  readonly processes: number;
  /** Duration of each process's calls, in milliseconds. */
  readonly durationMs: number;
}

/** The sandbox's record of the calls. */
export interface SeenCalls {
  readonly calls: number;
  /** Calls per second, from the first call to the last. */
  readonly perSecond: number;
  /** Calls rejected by the rate limit. */
  readonly blocked: number;
}

const Ledger = z.object({
  calls: z.array(
    z.looseObject({
      receivedAt: z.string(),
      operation: z.string().optional(),
      answer: z.looseObject({ status: z.number() }).optional(),
    }),
  ),
});

const SCRIPT = fileURLToPath(new URL('./calling-process.js', import.meta.url));

/** Runs real processes that call a real sandbox as fast as permitted, and reads its ledger. */
export async function runCallingProcesses(options: CallingProcessesOptions): Promise<SeenCalls> {
  const { sandbox, processes, durationMs } = options;
  const ledger = async () => Ledger.parse(await sandboxAdmin(sandbox.adminUrl).call('GET', '/ledger')).calls;
  const before = (await ledger()).length;
  const order: CallingOrder = { ...sandbox, processes, durationMs };
  const run = promisify(execFile);
  await Promise.all(
    Array.from({ length: processes }, () =>
      run(process.execPath, [...process.execArgv, SCRIPT, JSON.stringify(order)]),
    ),
  );
  const seen = (await ledger()).slice(before);
  const times = seen.map(({ receivedAt }) => Date.parse(receivedAt)).sort((one, other) => one - other);
  return {
    calls: seen.length,
    perSecond: rateOf(times),
    blocked: seen.filter(({ operation, answer }) => answer?.status === 429 && operation === undefined).length,
  };
}

function rateOf(times: readonly number[]): number {
  const [first] = times;
  const last = times.at(-1);
  return first === undefined || last === undefined || last === first
    ? NaN
    : ((times.length - 1) * 1000) / (last - first);
}
