import { condition } from '@temporalio/workflow';
import { isFinal } from '@signering/schema';
import { ASK_AFTER_DEADLINE_MS, ASK_ONCE_MORE_MS, OVERDUE_MARGIN_MS } from './deadlines.js';
import type { JobChange } from './job-change.js';
import { nextStatusChange } from './followed-queue.js';
import type { ReturnedSigners } from './returned-signers.js';
import { conditionWithAlarms } from './signatures-at-service.js';
import type { SigningContext } from './signing-context.js';
import type { SigningProgress } from './signing-progress.js';

/**
 * Waits until the job has ended, as its queue or a status fetched with a token says. Returns undefined when the time
 * ran out and the service accepted none of the kept tokens.
 */
export async function awaitDirectOutcome(
  context: SigningContext,
  returned: ReturnedSigners,
): Promise<JobChange | undefined> {
  const { queue, progress } = context;
  for (;;) {
    const change = queue === undefined ? await nextTold(progress, returned) : await nextStatusChange(context);
    if (change === undefined || isFinal(change)) return change;
    progress.enter('WAITING_FOR_SIGNERS');
  }
}

/** Between two attempts of the last question while the service is unavailable, in milliseconds. */
const ASK_ONCE_MORE_EVERY_MS = 30 * 60_000;

/** Waits for the next status that is fetched with a token. With a known token the workflow also polls the status. */
async function nextTold(
  progress: SigningProgress,
  returned: ReturnedSigners,
): Promise<JobChange | undefined> {
  const deadline = (progress.deadline ?? Date.now()) + OVERDUE_MARGIN_MS;
  for (;;) {
    if (progress.followed.hasNews()) return progress.takeNews();
    const question = returned.nextQuestion;
    const now = Date.now();
    const end = question === undefined ? deadline : deadline + ASK_AFTER_DEADLINE_MS;
    if (now >= end) {
      // The fetch for a browser that returned at the last moment may still bring the status.
      if (returned.isTrying) {
        await condition(() => !returned.isTrying);
        continue;
      }
      if (!returned.isAskedOnceMore() && now < end + ASK_ONCE_MORE_MS) {
        await returned.askOnceMore();
        if (!progress.followed.hasNews() && !returned.isAskedOnceMore()) {
          await condition(() => progress.followed.hasNews(), ASK_ONCE_MORE_EVERY_MS, {
            summary: 'Until the status is fetched once more',
          });
        }
        continue;
      }
      returned.close();
      return undefined;
    }
    if (now >= deadline) progress.enter('OVERDUE');
    if (question !== undefined && now >= question) {
      await returned.askAgain();
      continue;
    }
    await conditionWithAlarms(() => progress.followed.hasNews() || returned.nextQuestion !== question, {
      alarms: progress,
      timer: progress.timer,
      timeoutMs: Math.max(Math.min(question ?? end, end) - now, 1),
      summary: 'Until a kept token is tried again, or the time to sign ends',
    });
  }
}
