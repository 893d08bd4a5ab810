import type { WorkflowExecutionInfo } from '@temporalio/client';
import { parseBacklogValues, SIGNING_WEBHOOKS, WORKFLOW_TYPES } from '@signering/contract';
import type { Meters } from './meters.js';
import type { RunningWorkflows } from './running-workflows.js';
import type { Sampler } from './sampling.js';

/** A measurement lists at most this many workflows, in pages of a thousand. */
const MOST_LISTED = 5000;

/** Of an ended run the result has the webhooks that were given up; a continued one has handed on everything. */
const WITH_BACKLOG = `WorkflowType="${WORKFLOW_TYPES.webhookDelivery}" AND ${SIGNING_WEBHOOKS.name} IS NOT NULL AND ExecutionStatus!="ContinuedAsNew"`;

/** What no longer delivers, and has handed on nothing. */
const LOST = ['TERMINATED', 'FAILED', 'CANCELLED', 'TIMED_OUT'];

interface Backlog {
  waiting: number;
  failed: number;
  /** Milliseconds since 1970. */
  since: number;
}

/** Counts the webhooks that each receiver has not accepted. A receiver that the settings no longer name is measured, too. */
export function sampleWebhooks(
  workflows: RunningWorkflows,
  meters: Pick<Meters, 'webhooksWaiting' | 'webhooksFailed' | 'oldestWaitingWebhookAge'>,
  receivers: readonly string[],
): Sampler {
  const known = new Set(receivers);
  const sample = async (): Promise<void> => {
    const listed = await workflows.listWithEnded(WITH_BACKLOG, MOST_LISTED);
    const now = Date.now();
    const backlogs = sumOf(newestRuns(listed), now);
    for (const receiver of backlogs.keys()) known.add(receiver);
    for (const receiver of known) {
      const { waiting, failed, since } = backlogs.get(receiver) ?? { waiting: 0, failed: 0, since: now };
      meters.webhooksWaiting.set(waiting, { receiver });
      meters.webhooksFailed.set(failed, { receiver });
      meters.oldestWaitingWebhookAge.set((now - since) / 1000, { receiver });
    }
  };
  return { name: 'webhooks', sample };
}

/** A run that retries what an ended one gave up replaces it. */
function newestRuns(listed: readonly WorkflowExecutionInfo[]): readonly WorkflowExecutionInfo[] {
  const newest = new Map<string, WorkflowExecutionInfo>();
  for (const run of listed) {
    const other = newest.get(run.workflowId);
    if (other === undefined || other.startTime < run.startTime) newest.set(run.workflowId, run);
  }
  return [...newest.values()].filter(({ status }) => !LOST.includes(status.name));
}

function sumOf(runs: readonly WorkflowExecutionInfo[], now: number): ReadonlyMap<string, Backlog> {
  const sums = new Map<string, Backlog>();
  for (const { typedSearchAttributes } of runs) {
    const values = typedSearchAttributes.get(SIGNING_WEBHOOKS) ?? [];
    for (const { receiver, waiting, failed } of parseBacklogValues(values)) {
      const sum = sums.get(receiver) ?? { waiting: 0, failed: 0, since: now };
      sum.failed += failed;
      sum.waiting += waiting?.count ?? 0;
      sum.since = Math.min(sum.since, waiting?.since ?? now);
      sums.set(receiver, sum);
    }
  }
  return sums;
}
