import { createHash } from 'node:crypto';
import { Context, log } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import {
  keyOfEmail,
  type BatchEndedEmail,
  type EmailOutcome,
  type EmailRecipient,
  type JobEmail,
  type JobIdentity,
} from '@signering/contract';
import { EMAIL_RECIPIENT } from '@signering/contract/schemas';
import { InvalidInputError, SigningError } from '@signering/schema';
import { emailClaimOf, EndedBefore, type ClaimingStorage, type EmailClaim } from './email-claims.js';
import { emailTextOf } from './email-texts.js';
import { passedOnState, passOn } from './heartbeat-interceptor.js';
import { sendBySmtp, withAsciiDomain, type SmtpServer } from './smtp.js';

/** The argument of the activity `sendEmail`: the reference is that of the job or batch. */
export interface SendEmailInput extends Omit<JobIdentity, 'flow'> {
  readonly recipient: EmailRecipient;
  readonly email: JobEmail | BatchEndedEmail;
}

/** What the activity of emails uses. */
export interface EmailActivityDependencies extends ClaimingStorage {
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
   * Sends one email, at most once: storage records that it is being sent before its first byte leaves. An email whose
   * worker was killed, or whose connection broke, while it was being sent is in doubt and is not sent again. Safe to repeat.
   * @throws EMAIL_NOT_SENT (retryable), EMAIL_REFUSED, INVALID_REQUEST, LEDGER_CONFLICT (retryable), STORAGE_UNAVAILABLE (retryable),
   *   STORED_CONTENT_DAMAGED (repeated until the file is restored)
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
  { smtp, from, ...storage }: EmailActivityDependencies,
): Promise<EmailOutcome> {
  const { organizationNumber, reference, recipient, email } = input;
  demandRecipient(recipient);
  const claimAs = (begunAs?: string): EmailClaim =>
    emailClaimOf(email, { organizationNumber, reference }, storage, begunAs);
  const unrecorded = passedOnState();
  if (isUnrecorded(unrecorded)) {
    await recordEnd(claimAs(unrecorded.claim), unrecorded.isSent);
    if (unrecorded.isSent) return 'SENT';
  }
  const claim = claimAs();
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
    await recordEnd(claim, false);
    throw error;
  }
  if (sent === 'SENT') await recordEnd(claim, true);
  return sent;
}

/** How an attempt ended, which the storage did not take: passed on to the next one. */
interface UnrecordedEmail {
  readonly claim: string;
  readonly isSent: boolean;
}

/** Whether an earlier attempt of the activity has passed this on. */
function isUnrecorded(passedOn: unknown): passedOn is UnrecordedEmail {
  const { claim, isSent } = (passedOn ?? {}) as Partial<UnrecordedEmail>;
  return typeof claim === 'string' && typeof isSent === 'boolean';
}

async function recordEnd(claim: EmailClaim, isSent: boolean): Promise<void> {
  if (!claim.isBegun) return;
  if (isSent || claim.isReleasedOnce) passOn({ claim: claim.id, isSent } satisfies UnrecordedEmail);
  await (isSent ? claim.recordSent() : claim.release());
}

/** Aborts with the activity. A cancellation by the workflow comes too late for a claimed email: the server's answer is worth more than doubt. */
function endOfAttempt(claim: EmailClaim): AbortSignal {
  const ending = new AbortController();
  const { cancellationSignal } = Context.current();
  const end = (): void => {
    const reason: unknown = cancellationSignal.reason;
    const isCancelled = reason instanceof CancelledFailure && reason.message === 'CANCELLED';
    if (!isCancelled || !claim.isBegun) ending.abort();
  };
  cancellationSignal.addEventListener('abort', end);
  // A signal calls no listener that is added after it was aborted.
  if (cancellationSignal.aborted) end();
  return ending.signal;
}

/** The same for each attempt, so that mail systems recognise a repeat. Spec: RFC 5322, 3.6.4. */
function messageIdOf(from: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 40);
  const sender = withAsciiDomain(from);
  return `<${digest}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;
}

/** Encrypted data can be copied from another task without the key. @throws INVALID_REQUEST */
function demandRecipient(recipient: unknown): void {
  if (EMAIL_RECIPIENT.safeParse(recipient).success) return;
  throw new InvalidInputError('INVALID_REQUEST', 'No email was sent', [
    { path: 'recipient', message: 'must have a single email address, a known language and an https link' },
  ]);
}
