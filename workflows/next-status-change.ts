import { condition } from '@temporalio/workflow';
import type { PortalSigningInput } from '../contract/index.js';
import { isFinal, type PortalStatusChange } from '../schema/index.js';
import { followStatusQueue } from './activities.js';
import { followUntilOf, OVERDUE_FOLLOW_MS } from './deadlines.js';
import type { SigningProgress } from './signing-progress.js';

/** How long past its deadline a job may stay silent before it shows as overdue, in milliseconds: the queue is slow. */
const OVERDUE_MARGIN_MS = 60 * 60_000;

/** Asks the queue's poller to stay until the job's latest end and a week more. */
export async function followUntilEnd(input: PortalSigningInput): Promise<void> {
  await follow(input, followUntilOf(input.job, Date.now()));
}

/**
 * Waits for the next change of our job. Past the deadline the job shows as overdue and the queue is asked for
 * further; it is not given up, because people may extend a deadline at the service.
 */
export async function nextStatusChange(
  input: PortalSigningInput,
  progress: SigningProgress,
): Promise<PortalStatusChange> {
  const silentUntil = (progress.deadline ?? Date.now()) + OVERDUE_MARGIN_MS;
  let came = await condition(() => progress.hasNews(), Math.max(silentUntil - Date.now(), 1));
  while (!came) {
    progress.enter('OVERDUE');
    await follow(input, Date.now() + 2 * OVERDUE_FOLLOW_MS);
    came = await condition(() => progress.hasNews(), OVERDUE_FOLLOW_MS);
  }
  const change = progress.takeNews();
  if (!isFinal(change)) progress.enter('WAITING_FOR_SIGNERS');
  return change;
}

async function follow({ organizationNumber, job }: PortalSigningInput, until: number): Promise<void> {
  await followStatusQueue({
    organizationNumber,
    flow: 'PORTAL',
    pollingQueue: job.pollingQueue,
    followUntil: new Date(until).toISOString(),
  });
}
