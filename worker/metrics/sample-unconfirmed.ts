import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { describeQuery, SIGNING_STATE } from '@signering/contract';
import type { Meters } from './meters.js';
import type { Sampler } from './sampling.js';

/** Jobs whose final change has arrived and is not confirmed. */
const UNCONFIRMED = `${SIGNING_STATE.name} IN ("ARCHIVING", "ARCHIVE_BROKEN", "CONFIRMING") AND ExecutionStatus="Running"`;

const ANSWER_WITHIN_MS = 5000;

/** A round asks at most this many jobs: each answer is remembered, and a later round asks the others. */
const MOST_ASKED = 50;

/** Measures the age of the oldest final change that is not confirmed: since its job began to archive. */
export function sampleUnconfirmed(
  temporal: Client,
  { oldestUnconfirmedChangeAge }: Pick<Meters, 'oldestUnconfirmedChangeAge'>,
): Sampler {
  /** Times in milliseconds since 1970, by run id. */
  let since = new Map<string, number>();

  async function arrivalOf({ workflowId, runId }: WorkflowExecutionInfo): Promise<number> {
    try {
      const { steps } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        temporal.workflow.getHandle(workflowId, runId).query(describeQuery),
      );
      const archive = steps.find(({ step }) => step === 'ARCHIVE');
      return Date.parse(archive?.startedAt ?? '') || Date.now();
    } catch {
      // A workflow that cannot answer may be the one that hangs: it counts from now on.
      return Date.now();
    }
  }

  const sample = async (): Promise<void> => {
    const listed = new Map<string, number>();
    let asked = 0;
    for await (const job of temporal.workflow.list({ query: UNCONFIRMED })) {
      const known = since.get(job.runId);
      if (known === undefined && asked === MOST_ASKED) continue;
      if (known === undefined) asked += 1;
      listed.set(job.runId, known ?? (await arrivalOf(job)));
    }
    since = listed;
    const oldest = Math.min(...listed.values());
    const ageMs = listed.size === 0 ? 0 : Math.max(0, Date.now() - oldest);
    oldestUnconfirmedChangeAge.set(ageMs / 1000);
  };
  return { name: 'unconfirmed', sample };
}
