import { describeQuery, SIGNING_STATE, type SigningDescription } from '@signering/contract';
import type { Meters } from './meters.js';
import type { RunningWorkflows } from './running-workflows.js';
import type { Sampler } from './sampling.js';

/** Jobs whose final change has arrived and is not confirmed. */
const UNCONFIRMED = `${SIGNING_STATE.name} IN ("ARCHIVING", "ARCHIVE_BROKEN", "CONFIRMING")`;

/** A round asks at most this many jobs: each answer is remembered, and a later round asks the others. */
const MOST_ASKED = 50;

/** Times in milliseconds since 1970. */
interface KnownJob {
  /** When the worker first saw the job here. */
  readonly seen: number;
  /** When the job began to archive, once it has answered. */
  readonly archiving?: number;
}

/** Measures the age of the oldest final change that is not confirmed: since its job began to archive. */
export function sampleUnconfirmed(
  workflows: RunningWorkflows,
  { oldestUnconfirmedChangeAge }: Pick<Meters, 'oldestUnconfirmedChangeAge'>,
): Sampler {
  /** By run id. */
  let known: ReadonlyMap<string, KnownJob> = new Map();
  const askRound = workflows.inRounds(describeQuery, MOST_ASKED);

  const sample = async (signal: AbortSignal): Promise<void> => {
    const jobs = await workflows.list(UNCONFIRMED);
    const toAsk = jobs.filter(({ runId }) => known.get(runId)?.archiving === undefined);
    const answers = await askRound(toAsk, signal);
    const now = Date.now();
    known = new Map(
      jobs.map(({ runId }) => {
        const answer = answers.get(runId);
        const before = known.get(runId) ?? { seen: now };
        return [runId, answer === undefined ? before : { ...before, archiving: archivingSince(answer, now) }];
      }),
    );
    // A workflow that cannot answer may be the one that hangs.
    const oldest = Math.min(now, ...[...known.values()].map(({ seen, archiving = seen }) => archiving));
    oldestUnconfirmedChangeAge.set((now - oldest) / 1000);
  };
  return { name: 'unconfirmed', sample };
}

function archivingSince({ steps }: SigningDescription, now: number): number {
  const archive = steps.find(({ step }) => step === 'ARCHIVE');
  return Date.parse(archive?.startedAt ?? '') || now;
}
