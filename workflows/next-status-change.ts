import { condition } from '@temporalio/workflow';
import type { FollowStatusQueueInput } from '@signering/activities';
import { isFinal } from '@signering/schema';
import { followStatusQueue } from './activities.js';
import { FOLLOW_AFTER_END_MS, OVERDUE_MARGIN_MS } from './deadlines.js';
import type { JobChange } from './job-change.js';
import type { SigningProgress } from './signing-progress.js';

/** The queue in which a job's changes come. */
export type FollowedQueue = Omit<FollowStatusQueueInput, 'followUntil'>;

/** Asks a queue's poller to stay until then, milliseconds since 1970. */
export async function follow(
  { organizationNumber, flow, pollingQueue }: FollowedQueue,
  until: number,
): Promise<void> {
  const followUntil = new Date(until).toISOString();
  await followStatusQueue({ organizationNumber, flow, pollingQueue, followUntil });
}

/**
 * Asks a queue's poller to stay while a job is made and until its end, which is counted from its beginning: where an
 * operator is asked, that can be weeks later. Both times are milliseconds since 1970.
 */
export async function followWhile<Made>(
  queue: FollowedQueue | undefined,
  endOf: (beginning: number) => number,
  make: () => Promise<Made>,
): Promise<Made> {
  const begun = Date.now();
  if (queue !== undefined) await follow(queue, endOf(begun));
  const made = await make();
  const isLate = Date.now() - begun > FOLLOW_AFTER_END_MS / 2;
  if (queue !== undefined && isLate) await follow(queue, endOf(Date.now()));
  return made;
}

/**
 * Waits until something came. Past the deadline the job shows as overdue and the queue is asked for further; it is not
 * given up, because people may extend a deadline at the service.
 */
export async function awaitNews(
  queue: FollowedQueue,
  progress: SigningProgress,
  hasNews: () => boolean,
): Promise<void> {
  const silentUntil = (progress.deadline ?? Date.now()) + OVERDUE_MARGIN_MS;
  let came = await condition(hasNews, Math.max(silentUntil - Date.now(), 1));
  while (!came) {
    progress.enter('OVERDUE');
    await follow(queue, Date.now() + 2 * FOLLOW_AFTER_END_MS);
    came = await condition(hasNews, FOLLOW_AFTER_END_MS);
  }
}

/** Waits for the next change of our job. */
export async function nextStatusChange(queue: FollowedQueue, progress: SigningProgress): Promise<JobChange> {
  await awaitNews(queue, progress, () => progress.hasNews());
  const change = progress.takeNews();
  if (!isFinal(change)) progress.enter('WAITING_FOR_SIGNERS');
  return change;
}
