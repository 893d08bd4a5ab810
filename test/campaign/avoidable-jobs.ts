import { z } from 'zod';
import type { SandboxAdmin } from '@signering/dev-stack/internal/processes/index.js';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';

/** An answer that left the sandbox may take so long to be recorded by the worker, in milliseconds. */
const ON_ITS_WAY_MS = 3_000;

const Job = z.looseObject({
  ledger: z.array(
    z.looseObject({
      operation: z.string().optional(),
      receivedAt: z.string(),
      settledAt: z.string(),
      fault: z.string().optional(),
      held: z.string().optional(),
    }),
  ),
});

/** The times of faults by the real clock, which do not overlap. */
export class FaultTimes {
  readonly #times: { readonly from: number; until: number }[] = [];

  async during<T>(fault: () => Promise<T>): Promise<T> {
    const time = { from: Date.now(), until: Infinity };
    this.#times.push(time);
    try {
      return await fault();
    } finally {
      time.until = Date.now();
    }
  }

  includes(from: number, until: number): boolean {
    return this.#times.some((time) => time.from <= until && from <= time.until);
  }

  /** How much of a time was without a fault, in milliseconds. */
  quietMs(from: number, until: number): number {
    const disturbed = this.#times.map((time) => Math.min(time.until, until) - Math.max(time.from, from));
    return until - from - disturbed.reduce((sum, ms) => sum + Math.max(ms, 0), 0);
  }
}

/**
 * The jobs of a reference, by the sandbox's ledger, after which another one was created although nothing had happened to
 * the answer: the service asked the signers twice without need.
 */
export async function avoidableJobsOf(
  admin: SandboxAdmin,
  reference: string,
  /** Times at which the answer to a create, or the worker that has it, may have been lost. */
  doubtful: FaultTimes,
): Promise<readonly string[]> {
  const creates = [];
  for (const id of await jobIdsOf(admin, reference)) {
    const { ledger } = Job.parse(await admin.call('GET', `/jobs/${id}`));
    const create = ledger.find(({ operation }) => operation === 'create');
    // A sandbox that was killed before it wrote its ledger did not answer either.
    if (create !== undefined) creates.push({ id, ...create });
  }
  return creates
    .sort((one, other) => one.receivedAt.localeCompare(other.receivedAt))
    .slice(0, -1)
    .filter(({ fault, held }) => fault === undefined && held === undefined)
    .filter(({ receivedAt, settledAt }) => {
      return !doubtful.includes(Date.parse(receivedAt), Date.parse(settledAt) + ON_ITS_WAY_MS);
    })
    .map(({ id }) => id);
}
