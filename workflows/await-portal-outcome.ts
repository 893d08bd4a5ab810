import { isFinal } from '../schema/index.js';
import type { CreatedJob } from './created-job.js';
import type { JobChange } from './job-change.js';
import { awaitNews, type FollowedQueue } from './next-status-change.js';
import type { SigningProgress } from './signing-progress.js';

/**
 * Waits until the job has ended, and answers how. Where an attempt in doubt has made another job, one of them survives
 * and the others are withdrawn, so that nobody signs twice.
 */
export async function awaitPortalOutcome(
  queue: FollowedQueue,
  progress: SigningProgress,
  created: CreatedJob,
): Promise<JobChange> {
  const { twins } = progress;
  for (;;) {
    const { survivor, withdraw, decided } = twins.judge(created);
    progress.follow(survivor.signatureJobId);
    for (const job of withdraw) await twins.withdraw(job);
    // What the service answered may change the verdict.
    if (withdraw.length > 0) continue;
    const { finalChange } = progress;
    if (decided && finalChange !== undefined) return finalChange;
    const heard = progress.changesHeard;
    await awaitNews(queue, progress, () => progress.changesHeard > heard);
    if (!isFinalNews(progress)) progress.enter('WAITING_FOR_SIGNERS');
  }
}

function isFinalNews({ latestChange }: SigningProgress): boolean {
  return latestChange !== undefined && isFinal(latestChange);
}
