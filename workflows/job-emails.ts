import { CancellationScope, condition, log, setCurrentDetails, setHandler } from '@temporalio/workflow';
import {
  jobNewsSignal,
  keyOfEmail,
  type EmailOutcome,
  type JobEmail,
  type JobEmailsInput,
  type JobEmailsResult,
  type JobNews,
} from '@signering/contract';
import { isLimit, sendEmail } from './activities.js';
import { dueEmails } from './due-emails.js';
import { demandInputVersion } from './input-version.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** An email about what has happened is given up this long after the news. */
const TRY_FOR_MS = 3 * DAY_MS;

/** Time for one attempt, however late it begins. */
const ONE_ATTEMPT_MS = 2 * 60 * 1000;

/** Without news and without an email to come, the job's workflow has ended unheard. */
const SILENT_MS = 365 * DAY_MS;

/**
 * Sends the emails about one job to the person who made it, each once, and waits for their times. The job's workflow
 * does not wait for it.
 */
export async function jobEmails(input: JobEmailsInput): Promise<JobEmailsResult> {
  demandInputVersion(input);
  const { version: _, ...job } = input;
  const heard: JobNews[] = [];
  const emails: Record<string, EmailOutcome> = {};
  const dueSince: Record<string, number> = {};
  let trying: { readonly key: string; readonly scope: CancellationScope } | undefined;
  setHandler(jobNewsSignal, (news) => {
    heard.push(news);
    const due = dueEmails(news, Date.now()).due.map(keyOfEmail);
    // Here, and not when its turn comes: another email may be tried for days before.
    for (const key of due) dueSince[key] ??= Date.now();
    // Such as a reminder of a deadline that has moved.
    if (trying !== undefined && !due.includes(trying.key)) trying.scope.cancel();
  });
  await condition(() => heard.length > 0);
  for (;;) {
    const { length } = heard;
    const newest = heard.at(-1);
    if (newest === undefined) break;
    const { due, nextAt } = dueEmails(newest, Date.now());
    const next = due.find((email) => !(keyOfEmail(email) in emails));
    if (next !== undefined) {
      const key = keyOfEmail(next);
      const giveUpAt = giveUpTimeOf(next, dueSince[key] ?? Date.now());
      const scope = new CancellationScope();
      trying = { key, scope };
      const outcome = await deliver(job, next, { giveUpAt, scope, ...(nextAt !== undefined && { nextAt }) });
      trying = undefined;
      if (outcome === undefined) continue;
      emails[key] = outcome;
      setCurrentDetails(
        `Emails: ${Object.entries(emails)
          .map((one) => one.join(' '))
          .join(', ')}.`,
      );
      continue;
    }
    if (newest.outcome !== undefined && nextAt === undefined) break;
    const waitMs = nextAt === undefined ? SILENT_MS : nextAt - Date.now();
    const isNew = await condition(() => heard.length > length, waitMs, {
      summary: 'Until the next email is due',
    });
    if (!isNew && nextAt === undefined) break;
  }
  return { version: 1, emails };
}

/** Times are in milliseconds since 1970. */
interface Delivery {
  readonly giveUpAt: number;
  /** When the next email is due that does not wait for this one. */
  readonly nextAt?: number;
  /** Cancelled when newer news do not call for the email. */
  readonly scope: CancellationScope;
}

/** @returns undefined when it was not sent before another email is due or newer news came: those say what is due now */
async function deliver(
  job: Omit<JobEmailsInput, 'version'>,
  email: JobEmail,
  { giveUpAt, nextAt = Infinity, scope }: Delivery,
): Promise<EmailOutcome | undefined> {
  const tryForMs = Math.max(Math.min(giveUpAt, nextAt) - Date.now(), ONE_ATTEMPT_MS);
  try {
    return await scope.run(() => sendEmail({ ...job, email }, tryForMs));
  } catch (error) {
    // A cancellation of the workflow cancels this scope too: without its own look at that, the loop would not end.
    if (scope.consideredCancelled && !CancellationScope.current().consideredCancelled) return undefined;
    if (isLimit(error) && nextAt < giveUpAt) return undefined;
    log.warn('An email about a job was given up.', { email: email.kind, error });
    return 'GIVEN_UP';
  }
}

/** @param since when the email became due; both times in milliseconds since 1970 */
function giveUpTimeOf(email: JobEmail, since: number): number {
  switch (email.kind) {
    case 'DEADLINE':
      return Date.parse(email.deadline);
    case 'STORAGE_ENDS':
      return Date.parse(email.serviceKeepsUntil);
    case 'SIGNED':
    case 'REJECTED':
    case 'ENDED':
      return since + TRY_FOR_MS;
  }
}
