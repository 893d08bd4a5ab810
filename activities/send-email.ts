import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Context, log } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import {
  keyOfEmail,
  type EmailOutcome,
  type EmailRecipient,
  type JobEmail,
  type JobIdentity,
} from '@signering/contract';
import { EMAIL_RECIPIENT } from '@signering/contract/schemas';
import { InvalidInputError, SigningError } from '@signering/schema';
import type { LedgerEntry, LedgerKey, RecordedEmail, ReferenceLedger } from '@signering/storage';
import { emailTextOf } from './email-texts.js';
import { sendBySmtp, type SmtpServer } from './smtp.js';

/** The argument of the activity `sendEmail`. */
export interface SendEmailInput extends Omit<JobIdentity, 'flow'> {
  readonly recipient: EmailRecipient;
  readonly email: JobEmail;
}

/** What the activity of emails uses. */
export interface EmailActivityDependencies {
  readonly ledger: Pick<ReferenceLedger, 'find' | 'advance'>;
  readonly smtp: SmtpServer;
  /** The sender's address. */
  readonly from: string;
  /** Called for each email that ended. @default not called */
  readonly onEmail?: ((outcome: EmailOutcome | 'REFUSED') => void) | undefined;
}

export type EmailActivities = ReturnType<typeof createEmailActivities>;

/** The activity of the worker that polls the task queue of emails. */
export const createEmailActivities = (dependencies: EmailActivityDependencies) => ({
  /**
   * Sends one email, at most once: the ledger records that it is being sent before its first byte leaves. An email whose
   * worker was killed, or whose connection broke, while it was being sent is in doubt and is not sent again. Safe to repeat.
   * @throws EMAIL_NOT_SENT (retryable), EMAIL_REFUSED, INVALID_REQUEST, LEDGER_CONFLICT (retryable), STORAGE_UNAVAILABLE (retryable)
   */
  sendEmail: async (input: SendEmailInput): Promise<EmailOutcome> => {
    const { onEmail } = dependencies;
    try {
      const outcome = await sendOnce(input, dependencies);
      if (outcome === 'IN_DOUBT') {
        const { reference, email } = input;
        log.warn('It is unknown whether an email was sent. It is not sent again.', {
          reference,
          email: email.kind,
        });
      }
      onEmail?.(outcome);
      return outcome;
    } catch (error) {
      if (error instanceof SigningError && error.code === 'EMAIL_REFUSED') onEmail?.('REFUSED');
      throw error;
    }
  },
});

async function sendOnce(
  input: SendEmailInput,
  { ledger, smtp, from }: EmailActivityDependencies,
): Promise<EmailOutcome> {
  const { organizationNumber, reference, recipient, email } = input;
  demandRecipient(recipient);
  const claim = new EmailClaim(ledger, { organizationNumber, reference }, email);
  const before = await claim.outcomeBefore();
  if (before !== undefined) return before;
  const messageId = messageIdOf(from, organizationNumber, reference, keyOfEmail(email));
  const { subject, body } = emailTextOf(email, input);
  const message = { from, to: recipient.emailAddress, subject, body, messageId };
  let sent: 'SENT' | 'IN_DOUBT';
  try {
    sent = await sendBySmtp(smtp, message, { signal: endOfAttempt(claim), onBegin: () => claim.take() });
  } catch (error) {
    if (error instanceof EndedBefore) return error.outcome;
    // It is certain that nothing was sent: a later attempt may.
    await claim.release();
    throw error;
  }
  if (sent === 'SENT') await claim.recordSent();
  return sent;
}

/** Aborts with the activity. A cancellation by the workflow comes too late for a claimed email: the server's answer is worth more than doubt. */
function endOfAttempt(claim: EmailClaim): AbortSignal {
  const ending = new AbortController();
  const { cancellationSignal } = Context.current();
  cancellationSignal.addEventListener('abort', () => {
    const reason: unknown = cancellationSignal.reason;
    const isCancelled = reason instanceof CancelledFailure && reason.message === 'CANCELLED';
    if (!isCancelled || !claim.isBegun) ending.abort();
  });
  return ending.signal;
}

/** Pauses between the attempts to record what happened, while the storage fails: later, only doubt is left. */
const PAUSES_MS = [500, 2000, 8000, 16_000];

/** The most writes of one change: the job's own steps write the entry too. */
const MOST_WRITES = 5;

/** The email ended at another attempt, or says what is no longer true. */
class EndedBefore extends Error {
  readonly outcome: EmailOutcome;

  constructor(outcome: EmailOutcome) {
    super(`The email ended before: ${outcome}.`);
    this.outcome = outcome;
  }
}

/** The record of one attempt to send an email, in the job's ledger entry. Other attempts have other records. */
class EmailClaim {
  readonly #ledger: EmailActivityDependencies['ledger'];
  readonly #job: LedgerKey;
  readonly #email: JobEmail;
  readonly #id = randomUUID();
  /** The record may be in the entry, also when its writing failed. */
  #isBegun = false;

  constructor(ledger: EmailActivityDependencies['ledger'], job: LedgerKey, email: JobEmail) {
    this.#ledger = ledger;
    this.#job = job;
    this.#email = email;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** How the email ended before; undefined: it is to be sent. */
  async outcomeBefore(): Promise<EmailOutcome | undefined> {
    return outcomeIn(await this.#ledger.find(this.#job), this.#email);
  }

  /** Records that the email is being sent. @throws EndedBefore if another attempt did */
  async take(): Promise<void> {
    this.#isBegun = true;
    await this.#change((entry) => {
      // An earlier write of this attempt may have had its effect.
      if (entry.emails?.some((one) => this.#isOwn(one)) === true) return entry.emails;
      const outcome = outcomeIn(entry, this.#email);
      if (outcome !== undefined) throw new EndedBefore(outcome);
      return [
        ...(entry.emails ?? []),
        { email: keyOfEmail(this.#email), claim: this.#id, claimedAt: new Date().toISOString() },
      ];
    });
  }

  async recordSent(): Promise<void> {
    const sentAt = new Date().toISOString();
    await this.#persistently(({ emails = [] }) =>
      emails.map((one) => (this.#isOwn(one) ? { ...one, sentAt } : one)),
    );
  }

  /** Nothing was sent by this attempt. */
  async release(): Promise<void> {
    if (!this.#isBegun) return;
    await this.#persistently(({ emails = [] }) => emails.filter((one) => !this.#isOwn(one)));
  }

  #isOwn({ claim }: RecordedEmail): boolean {
    return claim === this.#id;
  }

  async #persistently(next: (entry: LedgerEntry) => readonly RecordedEmail[]): Promise<void> {
    for (const pauseMs of PAUSES_MS) {
      try {
        await this.#change(next);
        return;
      } catch (error) {
        if (error instanceof EndedBefore) return;
        if (error instanceof SigningError && !error.retryable) throw error;
        await setTimeout(pauseMs);
      }
    }
    await this.#change(next);
  }

  async #change(next: (entry: LedgerEntry) => readonly RecordedEmail[]): Promise<void> {
    for (let writes = 1; ; writes += 1) {
      const entry = await this.#ledger.find(this.#job);
      if (entry === undefined) throw new EndedBefore('NO_LONGER_TRUE');
      const emails = next(entry);
      if (JSON.stringify(emails) === JSON.stringify(entry.emails ?? [])) return;
      try {
        await this.#ledger.advance(entry, { emails });
        return;
      } catch (error) {
        const isConflict = error instanceof SigningError && error.code === 'LEDGER_CONFLICT';
        if (!isConflict || writes === MOST_WRITES) throw error;
      }
    }
  }
}

function outcomeIn(entry: LedgerEntry | undefined, email: JobEmail): EmailOutcome | undefined {
  if (entry === undefined || entry.erasing !== undefined || entry.erased !== undefined)
    return 'NO_LONGER_TRUE';
  const known = entry.emails?.find((one) => one.email === keyOfEmail(email));
  if (known !== undefined) return known.sentAt === undefined ? 'IN_DOUBT' : 'SENT';
  const isLate =
    (email.kind === 'DEADLINE' && (entry.settled !== undefined || isPast(email.deadline))) ||
    (email.kind === 'STORAGE_ENDS' &&
      (entry.documentsDeletedAt !== undefined || isPast(email.serviceKeepsUntil)));
  return isLate ? 'NO_LONGER_TRUE' : undefined;
}

function isPast(moment: string): boolean {
  return Date.parse(moment) <= Date.now();
}

/** The same for each attempt, so that mail systems recognise a repeat. Spec: RFC 5322, 3.6.4. */
function messageIdOf(from: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 40);
  return `<${digest}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** Encrypted data can be copied from another task without the key. @throws INVALID_REQUEST */
function demandRecipient(recipient: unknown): void {
  if (EMAIL_RECIPIENT.safeParse(recipient).success) return;
  throw new InvalidInputError('INVALID_REQUEST', 'No email was sent', [
    { path: 'recipient', message: 'must have a single email address, a known language and an https link' },
  ]);
}
