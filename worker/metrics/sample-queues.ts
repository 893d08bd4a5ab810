import {
  describeQueueQuery,
  FLOWS,
  UNDELIVERED_REASONS,
  WORKFLOW_TYPES,
  type UndeliveredJob,
} from '@signering/contract';
import type { Meters } from './meters.js';
import type { RunningWorkflows } from './running-workflows.js';
import type { Sampler } from './sampling.js';

/** The last known state of a followed queue. */
interface KnownQueue {
  readonly undelivered: readonly UndeliveredJob[];
  /** Milliseconds since 1970. */
  readonly lastPoll: number;
}

/** Asks the poller of each followed queue when it last polled, and which changes it could not deliver. */
export function sampleQueues(
  workflows: RunningWorkflows,
  meters: Pick<Meters, 'queueLastPollAge' | 'undeliveredChanges'>,
): Sampler {
  /** By workflow id. */
  const queues = new Map<string, KnownQueue>();
  const askRound = workflows.inRounds(describeQueueQuery);

  const sample = async (signal: AbortSignal): Promise<void> => {
    const pollers = await workflows.list(`WorkflowType="${WORKFLOW_TYPES.statusQueue}"`);
    const answers = await askRound(pollers, signal);
    const now = Date.now();
    for (const { workflowId, runId, startTime } of pollers) {
      const answer = answers.get(runId);
      if (answer !== undefined) {
        // After continue-as-new and until its first poll, the time of the start is the closest.
        const lastPoll = Date.parse(answer.lastPollAt ?? '') || startTime.getTime();
        queues.set(workflowId, { undelivered: answer.undelivered, lastPoll });
      } else if (!queues.has(workflowId)) {
        // Without an answer the age of the last known poll goes on growing; it begins now if none is known.
        queues.set(workflowId, { undelivered: [], lastPoll: now });
      }
    }
    const followed = new Set(pollers.map(({ workflowId }) => workflowId));
    for (const [workflowId, { lastPoll }] of queues) {
      const isFollowed = followed.has(workflowId);
      const ageMs = isFollowed ? Math.max(0, now - lastPoll) : 0;
      const { organization, flow, queue } = namesIn(workflowId);
      meters.queueLastPollAge.set(ageMs / 1000, { organization, flow, queue });
      if (!isFollowed) queues.delete(workflowId);
    }
    measureUndelivered(queues, meters);
  };
  return { name: 'queues', sample };
}

function measureUndelivered(
  queues: ReadonlyMap<string, KnownQueue>,
  { undeliveredChanges }: Pick<Meters, 'undeliveredChanges'>,
): void {
  const undelivered = [...queues].flatMap(([workflowId, queue]) => {
    const flow = knownOr(namesIn(workflowId).flow, FLOWS);
    return queue.undelivered.map((job) => ({ flow, reason: knownOr(job.reason, UNDELIVERED_REASONS) }));
  });
  for (const flow of [...FLOWS, 'UNKNOWN']) {
    for (const reason of [...UNDELIVERED_REASONS, 'UNKNOWN']) {
      const count = undelivered.filter((one) => one.flow === flow && one.reason === reason).length;
      undeliveredChanges.set(count, { flow, reason });
    }
  }
}

function knownOr(word: string, known: readonly string[]): string {
  return known.includes(word) ? word : 'UNKNOWN';
}

/** The parts of `statusQueueWorkflowId`, also for a poller that has not answered. */
function namesIn(workflowId: string) {
  const [, organization = '', flow = '', ...queue] = workflowId.split('/');
  return { organization, flow, queue: queue.join('/') };
}
