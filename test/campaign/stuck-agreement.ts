import type { WorkflowClient } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import type { TestStack } from '../fixtures/index.js';
import { courseOf, type PlannedAgreement } from './agreement-plan.js';

/** The argument of {@link describeStuck}. */
export interface StuckAgreementParts {
  readonly stack: TestStack;
  readonly client: SigningClient;
  readonly workflows: WorkflowClient;
  readonly organizationNumber: string;
  /** What each worker has logged, as lines. */
  readonly logs: readonly string[];
}

/** Log lines that are shown of each worker. */
const LAST_LINES = 8;

/**
 * Why an agreement has not ended: its state, its jobs at the service with the reasons for which changes
 * were not delivered, its activities under way, and what each worker logged last about it. One line.
 */
export async function describeStuck(
  { reference, kind }: PlannedAgreement,
  parts: StuckAgreementParts,
): Promise<string> {
  const { client, logs } = parts;
  const [state, atService, activities] = await Promise.all(
    [
      client.getJob(reference).then((job) => job.state),
      jobsAtService(reference, courseOf(kind).flow, parts),
      pendingActivities(reference, parts),
    ].map((part) => part.catch(messageOf)),
  );
  const logged = logs.flatMap((log) => lastLinesAbout(reference, log)).join(' | ') || 'nothing';
  return `now ${state}; at the service: ${atService}; activities under way: ${activities}; logged: ${logged}`;
}

async function jobsAtService(
  reference: string,
  flow: 'DIRECT' | 'PORTAL',
  { stack, client }: StuckAgreementParts,
): Promise<string> {
  const ids = await jobIdsOf(stack.admin, reference);
  const queues = await client.listQueues({ flow });
  const described = await Promise.all(queues.map((queue) => client.getQueue(queue)));
  const undelivered = described.flatMap((queue) => queue.undelivered);
  const jobs = ids.map(async (id) => {
    const { status } = await stack.admin.job(id);
    const { reason = 'delivered' } = undelivered.find((one) => one.signatureJobId === id) ?? {};
    return `${id} ${status} ${reason}`;
  });
  return (await Promise.all(jobs)).join(', ') || 'none';
}

async function pendingActivities(
  reference: string,
  { workflows, organizationNumber }: StuckAgreementParts,
): Promise<string> {
  const { raw } = await workflows.getHandle(signingWorkflowId(organizationNumber, reference)).describe();
  const pending = (raw.pendingActivities ?? []).map((activity) => {
    const { activityType, attempt, lastFailure, lastStartedTime, lastWorkerIdentity } = activity;
    const failure = lastFailure?.applicationFailureInfo?.type ?? 'no failure';
    const { type, state } = { type: activityType?.name ?? '', state: activity.state ?? '' };
    const since = new Date(Number(lastStartedTime?.seconds ?? 0) * 1000).toISOString();
    return `${type} ${state}, attempt ${attempt}, since ${since} by ${lastWorkerIdentity}, ${failure}`;
  });
  return pending.join(', ') || 'none';
}

function lastLinesAbout(reference: string, log: string): readonly string[] {
  const lines = log.split('\n').filter((line) => line.includes(`"${reference}"`));
  return lines.slice(-LAST_LINES);
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
