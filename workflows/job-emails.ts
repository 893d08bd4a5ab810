import { condition, log, setCurrentDetails, setHandler } from '@temporalio/workflow';
import {
  jobNewsSignal,
  keyOfEmail,
  type EmailOutcome,
  type JobEmail,
  type JobEmailsInput,
  type JobEmailsResult,
  type JobNews,
} from '@signering/contract';
import { sendEmail } from './activities.js';
import { dueEmails } from './due-emails.js';
import { demandInputVersion } from './input-version.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** An email about what has happened is given up after this time. */
const TRY_FOR_MS = 3 * DAY_MS;

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
  setHandler(jobNewsSignal, (news) => void heard.push(news));
  await condition(() => heard.length > 0);
  for (;;) {
    const { length } = heard;
    const newest = heard.at(-1);
    if (newest === undefined) break;
    const { due, nextAt } = dueEmails(newest, Date.now());
    const next = due.find((email) => !(keyOfEmail(email) in emails));
    if (next !== undefined) {
      emails[keyOfEmail(next)] = await deliver(job, next);
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

async function deliver(job: Omit<JobEmailsInput, 'version'>, email: JobEmail): Promise<EmailOutcome> {
  try {
    return await sendEmail({ ...job, email }, Math.max(timeLeft(email), 1));
  } catch (error) {
    log.warn('An email about a job was given up.', { email: email.kind, error });
    return 'GIVEN_UP';
  }
}

/** For all attempts of an email, in milliseconds. */
function timeLeft(email: JobEmail): number {
  switch (email.kind) {
    case 'DEADLINE':
      return Date.parse(email.deadline) - Date.now();
    case 'STORAGE_ENDS':
      return Date.parse(email.serviceKeepsUntil) - Date.now();
    case 'SIGNED':
    case 'REJECTED':
    case 'ENDED':
      return TRY_FOR_MS;
  }
}
