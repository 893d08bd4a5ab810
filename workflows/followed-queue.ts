import { isFinal } from '@signering/schema';
import { followStatusQueue } from './activities.js';
import { FOLLOW_AFTER_END_MS, OVERDUE_MARGIN_MS } from './deadlines.js';
import type { JobChange } from './job-change.js';
import { conditionWithAlarms } from './signatures-at-service.js';
import type { SigningContext } from './signing-context.js';

/**
 * Starts the queue's poller, or extends the time until which it polls, milliseconds since 1970. No-op for a job without
 * a queue.
 */
export async function followQueue({ queue }: Pick<SigningContext, 'queue'>, until: number): Promise<void> {
  if (queue === undefined) return;
  const { organizationNumber, flow, pollingQueue } = queue;
  const followUntil = new Date(until).toISOString();
  await followStatusQueue({ organizationNumber, flow, pollingQueue, followUntil });
}

/**
 * Follows the queue longer if creating the job took days, as it does while the workflow waits for an operator: `until`, milliseconds
 * since 1970, counts from the creation.
 */
export async function followQueueOfLateJob(context: SigningContext, until: number): Promise<void> {
  const isLate = Date.now() - context.progress.startedAt.getTime() > FOLLOW_AFTER_END_MS / 2;
  if (isLate) await followQueue(context, until);
}

/**
 * Waits until `hasNews` is true. After the deadline and the grace period the job is OVERDUE and the queue is followed
 * further, without end: people may extend a deadline at the service.
 */
export async function awaitNews(context: SigningContext, hasNews: () => boolean): Promise<void> {
  const { progress } = context;
  const silentUntil = (progress.deadline ?? Date.now()) + OVERDUE_MARGIN_MS;
  let came = await conditionWithAlarms(hasNews, {
    alarms: progress,
    timer: progress.timer,
    timeoutMs: Math.max(silentUntil - Date.now(), 1),
    summary: 'Deadline of the signers, and a margin',
  });
  while (!came) {
    progress.enter('OVERDUE');
    await followQueue(context, Date.now() + 2 * FOLLOW_AFTER_END_MS);
    came = await conditionWithAlarms(hasNews, {
      alarms: progress,
      timer: progress.timer,
      timeoutMs: FOLLOW_AFTER_END_MS,
      summary: 'Overdue: until the queue has to be followed further',
    });
  }
}

/** Waits for the next status change of the job. */
export async function nextStatusChange(context: SigningContext): Promise<JobChange> {
  const { progress } = context;
  await awaitNews(context, () => progress.followed.hasNews());
  const change = progress.takeNews();
  if (!isFinal(change)) progress.enter('WAITING_FOR_SIGNERS');
  return change;
}
