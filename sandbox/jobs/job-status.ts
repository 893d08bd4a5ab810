import { DAY_MS, type JobStatus } from '@signering/schema';
import type { JobSigner, SandboxJob, SignerGroup } from './job.js';

/** True while a signer is WAITING. */
export function statusOf(job: SandboxJob): JobStatus {
  if (job.endedAt === undefined) return 'IN_PROGRESS';
  return hasEverybodySigned(job) ? 'COMPLETED_SUCCESSFULLY' : 'FAILED';
}

export function hasEverybodySigned(job: SandboxJob): boolean {
  return job.signers.every((signer) => signer.status === 'SIGNED');
}

/** True while the signer can still act: one whose ceremony failed may try again with a fresh redirect URL. */
export function mayStillSign({ status }: JobSigner): boolean {
  return status === 'WAITING' || status === 'FAILED';
}

/** The lowest group with an unsigned signer; undefined when the job has ended. */
export function currentGroup(job: SandboxJob): SignerGroup | undefined {
  if (job.endedAt !== undefined) return undefined;
  return job.groups.find((group) => signersOf(job, group).some(mayStillSign));
}

/** The deadline of the available group, ISO 8601; undefined for a job that has ended. */
export function deadlineOf(job: SandboxJob): string | undefined {
  return currentGroup(job)?.deadline;
}

export function signersOf(job: SandboxJob, group: SignerGroup): readonly JobSigner[] {
  return job.signers.filter((signer) => signer.order === group.order);
}

/** The version that a poll would deliver now; 0 before the first change. */
export function latestVersion(job: SandboxJob): number {
  return job.changes.length;
}

/** The last delivered version; 0 before the first delivery. */
export function handedOutVersion(job: SandboxJob): number {
  return job.handOuts.at(-1)?.version ?? 0;
}

/** The last confirmed version. */
export function settledVersion(job: SandboxJob): number {
  return job.confirmations.at(-1)?.version ?? 0;
}

/** True if the job has ended and its end was confirmed: only deletion still works, its other URLs respond 404. */
export function isSettled(job: SandboxJob): boolean {
  return job.endedAt !== undefined && settledVersion(job) === latestVersion(job);
}

/** How long a signed document waits for a signer to open a mailbox. Spec: the domain's rules about erasing. */
const MAILBOX_DAYS = 7;

/**
 * True if all signers signed at least 24 hours ago, the documents exist, and no signer's copy waits for a mailbox, which
 * it does for a week.
 */
export function mayDocumentsBeDeleted(job: SandboxJob, now: Date): boolean {
  if (job.endedAt === undefined || !hasEverybodySigned(job) || job.documentsDeletedAt !== undefined)
    return false;
  const waits = mayCopiesBeSent(job, now) && job.signers.some(({ mailboxCopy }) => mailboxCopy === 'WAITING');
  return !waits && now.getTime() >= Date.parse(job.endedAt) + DAY_MS;
}

/** True for the week in which a signer's copy waits for a mailbox to be opened. */
export function mayCopiesBeSent({ endedAt }: SandboxJob, now: Date): boolean {
  return endedAt !== undefined && now.getTime() < Date.parse(endedAt) + MAILBOX_DAYS * DAY_MS;
}
