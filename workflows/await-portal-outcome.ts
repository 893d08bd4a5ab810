import { condition } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import { isFinal } from '@signering/schema';
import type { JobChange } from './job-change.js';
import { awaitNews } from './followed-queue.js';
import type { SigningContext } from './signing-context.js';

/**
 * How long an end without all signatures waits for another job of the reference, in milliseconds. The queue hands out
 * one change at a time, so the next one may say that another job was signed by all, which is then the outcome.
 */
const LAST_WORD_MS = 30_000;
const LAST_WORD = { summary: 'Waits for a change of another job of the reference' };

/**
 * Waits until the job has ended and returns its final change. If an ambiguous attempt made another job, one survives and
 * the others are withdrawn, so that signers sign once.
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
      // The answer of the service, and changes received since, may change the verdict.
      continue;
    }
    const finalChange = progress.followed.final;
    const heard = progress.changesHeard;
    if (decided && finalChange !== undefined) {
      const stands = finalChange.status === 'COMPLETED_SUCCESSFULLY' || !twins.mayBeMore;
      if (stands || !(await condition(() => progress.changesHeard > heard, LAST_WORD_MS, LAST_WORD)))
        return finalChange;
      continue;
    }
    await awaitNews(context, () => progress.changesHeard > heard);
    // Shown with what the change says of the signers.
    const { latest } = progress.followed;
    if (latest === undefined || !isFinal(latest)) progress.enterBriefly('WAITING_FOR_SIGNERS');
  }
}
