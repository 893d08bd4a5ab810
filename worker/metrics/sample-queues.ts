import type { Client } from '@temporalio/client';
import {
  describeQueueQuery,
  FLOWS,
  UNDELIVERED_REASONS,
  withKnownWord,
  WORKFLOW_TYPES,
  type StatusQueueDescription,
} from '@signering/contract';
import { isOutage } from '../outage.js';
import type { Meters } from './meters.js';
import type { Sampler } from './sampling.js';

/** The last known state of a followed queue. */
interface KnownQueue {
  readonly description: StatusQueueDescription;
  /** Milliseconds since 1970. */
  readonly lastPoll: number;
}

const ANSWER_WITHIN_MS = 5000;
const RUNNING_POLLERS = `WorkflowType="${WORKFLOW_TYPES.statusQueue}" AND ExecutionStatus="Running"`;
const REASONS = [...UNDELIVERED_REASONS, 'UNKNOWN'] as const;

/** Asks the poller of each followed queue when it last polled, and which changes it could not deliver. */
export function sampleQueues(
  temporal: Client,
  meters: Pick<Meters, 'queueLastPollAge' | 'undeliveredChanges'>,
): Sampler {
  const queues = new Map<string, KnownQueue>();

  async function describe(workflowId: string, startTime: Date): Promise<void> {
    try {
      const description = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        temporal.workflow.getHandle(workflowId).query(describeQueueQuery),
      );
      // After continue-as-new and until its first poll, the time of the start is the closest.
      const lastPoll = Date.parse(description.lastPollAt ?? '') || startTime.getTime();
      queues.set(workflowId, { description, lastPoll });
    } catch (error) {
      if (isOutage(error) && !queues.has(workflowId)) throw error;
      // The age of its last known poll goes on growing.
    }
  }

  const sample = async (): Promise<void> => {
    const followed = new Set<string>();
    for await (const { workflowId, startTime } of temporal.workflow.list({ query: RUNNING_POLLERS })) {
      followed.add(workflowId);
      await describe(workflowId, startTime);
    }
    const now = Date.now();
    for (const [workflowId, { description, lastPoll }] of queues) {
      const { organizationNumber: organization, flow, pollingQueue: queue } = description;
      const isFollowed = followed.has(workflowId);
      const ageMs = isFollowed ? Math.max(0, now - lastPoll) : 0;
      meters.queueLastPollAge.set(ageMs / 1000, { organization, flow, queue });
      if (!isFollowed) queues.delete(workflowId);
    }
    const undelivered = [...queues.values()].flatMap(({ description: { flow, undelivered: jobs } }) =>
      jobs.map((job) => ({ flow, reason: withKnownWord(job, 'reason', UNDELIVERED_REASONS).reason })),
    );
    for (const flow of FLOWS) {
      for (const reason of REASONS) {
        const count = undelivered.filter((one) => one.flow === flow && one.reason === reason).length;
        meters.undeliveredChanges.set(count, { flow, reason });
      }
    }
  };
  return { name: 'queues', sample };
}
