import { signalNamed } from './definitions.js';
import type { JobIdentity } from './job-identity.js';
import { SIGNING_ORGANIZATION, SIGNING_REFERENCE } from './search-attributes.js';
import type { SigningOutcome } from './signing.js';
import { jobEmailsWorkflowId } from './workflow-ids.js';

/** The languages of emails: bokmål, nynorsk, English. */
export const EMAIL_LANGUAGES = ['nb', 'nn', 'en'] as const;

/** The person at the sender who gets emails about a job. */
export interface EmailRecipient {
  readonly emailAddress: string;
  /** @default nb */
  readonly language?: (typeof EMAIL_LANGUAGES)[number];
  /** Where the person follows the job, an https URL; emails have it. @default emails name the reference alone */
  readonly link?: string;
}

/** What emails say of a job. No personal data. */
export interface JobNews {
  readonly signers: readonly {
    /** Counts from 1. */
    readonly signer: number;
    /** As the service names it. */
    readonly status: string;
  }[];
  /** When the time of the current signers runs out, ISO 8601. Absent: there is no reminder. */
  readonly remindOf?: string;
  /** All have signed, and the service has said that the job is over; perhaps it is not archived yet. */
  readonly completed?: true;
  /** Absent until the job is archived and confirmed. */
  readonly outcome?: SigningOutcome;
  /** When the service deletes the first signature, ISO 8601; absent before the first signature. */
  readonly serviceKeepsUntil?: string;
}

/** The argument of the workflow `jobEmails`. */
export interface JobEmailsInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  readonly recipient: EmailRecipient;
}

/** How an email ended. IN_DOUBT: a worker was killed, or the connection lost, while it was being sent. */
export type EmailOutcome = 'SENT' | 'IN_DOUBT' | 'NO_LONGER_TRUE' | 'GIVEN_UP';

/** The result of the workflow `jobEmails`: the outcome of each email, by {@link keyOfEmail}. */
export interface JobEmailsResult {
  readonly version: 1;
  readonly emails: Readonly<Record<string, EmailOutcome>>;
}

/** An email to the person at the sender. */
export type JobEmail =
  | {
      readonly kind: 'SIGNED' | 'REJECTED';
      readonly signer: number;
      /** How many signers have signed, and how many there are. */
      readonly signed: number;
      readonly signers: number;
    }
  | {
      readonly kind: 'ENDED';
      readonly outcome: SigningOutcome;
      readonly signed: number;
      readonly signers: number;
    }
  | {
      readonly kind: 'DEADLINE';
      /** ISO 8601. */
      readonly deadline: string;
      readonly signed: number;
      readonly signers: number;
    }
  | {
      readonly kind: 'STORAGE_ENDS';
      /** ISO 8601. */
      readonly serviceKeepsUntil: string;
      /** What was signed is in the sender's archive. */
      readonly archived?: true;
    };

/** The email to the person who made a batch: every row has an outcome. */
export interface BatchEndedEmail {
  readonly kind: 'BATCH_ENDED';
  /** The release or cancellation that has ended, by its number in the batch's log. */
  readonly opened: number;
  readonly signed: number;
  readonly rejected: number;
  readonly expired: number;
  /** Also rows that were withdrawn before they were sent. */
  readonly cancelled: number;
  /** Also rows whose outcome cannot be read. */
  readonly failed: number;
}

/** Distinguishes the emails of a job or a batch: each is sent once. */
export function keyOfEmail(email: JobEmail | BatchEndedEmail): string {
  switch (email.kind) {
    case 'SIGNED':
    case 'REJECTED':
      return `${email.kind}/${email.signer}`;
    case 'DEADLINE':
      return `${email.kind}/${email.deadline}`;
    case 'BATCH_ENDED':
      return `${email.kind}/${email.opened}`;
    case 'ENDED':
    case 'STORAGE_ENDS':
      return email.kind;
  }
}

/** Says how the job stands now. */
export const jobNewsSignal = signalNamed<[JobNews]>('jobNews');

/**
 * The task queue of emails: a mail server that hangs occupies no slot of the signing activities.
 * @param taskQueue that of the signing workflows
 */
export function emailTaskQueue(taskQueue: string): string {
  return `${taskQueue}-emails`;
}

/** Start options of `jobEmails`, the one of a job. */
export function jobEmailsOptionsOf(input: JobEmailsInput) {
  const { organizationNumber, reference } = input;
  return {
    workflowId: jobEmailsWorkflowId(organizationNumber, reference),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    args: [input] as [JobEmailsInput],
    staticSummary: `Sends emails about ${reference} to the person who made it`,
    typedSearchAttributes: [
      { key: SIGNING_ORGANIZATION, value: organizationNumber },
      { key: SIGNING_REFERENCE, value: reference },
    ],
  };
}
