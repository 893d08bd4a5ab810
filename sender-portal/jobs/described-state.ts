import { z } from 'zod';
import type { JobDescription } from '@signering/client';
import type { Overview } from '../database/tables.js';

const Kept = z.object({
  /** State or outcome, as the client writes it. */
  state: z.string(),
  signers: z.array(z.object({ signer: z.number(), status: z.string(), since: z.string().exactOptional() })),
  /** Numbers of the signers who can sign now and have not. */
  waitingFor: z.array(z.number()),
  /** The code of a failed process. */
  failure: z.string().exactOptional(),
});

/** How a job stood when the portal last asked, without personal data. */
export type KeptState = z.infer<typeof Kept>;

/** {@link KeptState} with what overviews are sorted and selected by. */
export interface DescribedState extends KeptState {
  readonly overview: Overview;
  readonly deadline?: Date;
  readonly endedAt?: Date;
}

/** What the portal keeps of a description by the client. */
export function describedStateOf(job: JobDescription): DescribedState {
  const signers = job.signers.map(({ signer, status, since }) => ({
    signer,
    status,
    ...(since !== undefined && { since }),
  }));
  const common = { state: job.state, signers };
  switch (job.status) {
    case 'RUNNING':
      return {
        ...common,
        overview: 'WAITING',
        waitingFor: [...job.waitingFor],
        ...(job.deadline !== undefined && { deadline: new Date(job.deadline) }),
      };
    case 'ENDED':
      return {
        ...common,
        overview: job.outcome === 'SIGNED' ? 'SIGNED' : 'STOPPED',
        waitingFor: [],
        endedAt: new Date(job.endedAt),
      };
    case 'PROCESS_FAILED':
      return {
        ...common,
        overview: 'STOPPED',
        waitingFor: [],
        // Not ended: signers may still sign, and an operator may have it go on.
        failure: job.failure.code,
      };
  }
}

/** Reads the column `described`; a job that was not asked for yet has none. */
export function parseKeptState(text: string | null): KeptState | undefined {
  return text === null ? undefined : Kept.parse(JSON.parse(text));
}
