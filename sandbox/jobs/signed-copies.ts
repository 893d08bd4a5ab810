import { randomInt } from 'node:crypto';
import type { Mailboxes } from '../mailboxes.js';
import type { OrganizationChoices } from '../organization-settings.js';
import { hasEverybodySigned, mayCopiesBeSent } from './job-status.js';
import type { JobSigner, SandboxJob } from './job.js';

/**
 * Distributes the signed document after all signers have signed: to the mailbox of each signer who signed for themselves
 * and has one, and to the archive of a sender with long-term storage. Returns the same job if this was done, or is
 * not due.
 */
export function distributeCopies(
  job: SandboxJob,
  { mailboxes, choices }: { readonly mailboxes: Mailboxes; readonly choices: OrganizationChoices },
): SandboxJob {
  if (job.endedAt === undefined || !hasEverybodySigned(job)) return job;
  return {
    ...job,
    ...(choices.longTermStorage ? { longTermDocumentId: newDocumentId() } : {}),
    signers: job.signers.map((signer) => {
      const number = ownNumberOf(signer);
      if (number === undefined) return signer;
      return { ...signer, mailboxCopy: mailboxes.statusOf(number) === 'OPEN' ? 'SENT' : 'WAITING' };
    }),
  };
}

/**
 * Sends waiting copies when a person has opened a mailbox, within a week. Returns the same job if there are none.
 */
export function sendWaitingCopies(
  job: SandboxJob,
  personalIdentificationNumber: string,
  now: Date,
): SandboxJob {
  const waits = (signer: JobSigner): boolean =>
    signer.mailboxCopy === 'WAITING' && ownNumberOf(signer) === personalIdentificationNumber;
  if (!mayCopiesBeSent(job, now) || !job.signers.some(waits)) return job;
  return {
    ...job,
    signers: job.signers.map((signer) => (waits(signer) ? { ...signer, mailboxCopy: 'SENT' } : signer)),
  };
}

/** Signers on behalf of others get no copy; only signers with an identity number have a known mailbox. */
function ownNumberOf({ asked, signedAs }: JobSigner): string | undefined {
  if (asked.onBehalfOf === 'OTHER') return undefined;
  return asked.personalIdentificationNumber ?? signedAs?.personalIdentificationNumber;
}

/** Not the job's id, which the archive does not use. Ten digits, so that it cannot be mistaken for an identity number. */
function newDocumentId(): string {
  return String(randomInt(1_000_000_000, 9_999_999_999));
}
