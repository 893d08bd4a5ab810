import { condition } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import { isFinal } from '@signering/schema';
import type { JobChange } from './job-change.js';
import { awaitNews } from './followed-queue.js';
import type { SigningContext } from './signing-context.js';
import type { SigningProgress } from './signing-progress.js';

/**
 * How long an end without all signatures waits for the change of a job that has not shown yet, in milliseconds: its
 * change may lie right behind in the queue, which hands out one at a time, and a job signed by all is the outcome.
 */
const LAST_WORD_MS = 30_000;

/**
 * Waits until the job has ended, and answers how. Where an attempt in doubt has made another job, one of them survives
 * and the others are withdrawn, so that nobody signs twice.
 */
export async function awaitPortalOutcome(context: SigningContext, created: CreatedJob): Promise<JobChange> {
  const { progress } = context;
  const { twins } = progress;
  for (;;) {
    const { survivor, withdraw, decided } = twins.judge(created);
    progress.follow(survivor.signatureJobId);
    const [next] = withdraw;
    if (next !== undefined) {
      await twins.withdraw(next);
      // What the service answered, and what came meanwhile, may change the verdict.
      continue;
    }
    const { finalChange } = progress;
    const heard = progress.changesHeard;
    if (decided && finalChange !== undefined) {
      const stands = finalChange.status === 'COMPLETED_SUCCESSFULLY' || !twins.mayBeMore;
      if (stands || !(await condition(() => progress.changesHeard > heard, LAST_WORD_MS))) return finalChange;
      continue;
    }
    await awaitNews(context, () => progress.changesHeard > heard);
    if (!isFinalNews(progress)) progress.enter('WAITING_FOR_SIGNERS');
  }
}

function isFinalNews({ latestChange }: SigningProgress): boolean {
  return latestChange !== undefined && isFinal(latestChange);
}
