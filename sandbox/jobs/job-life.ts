import type { KnownSignerStatus } from '@signering/schema';
import { currentGroup, hasEverybodySigned } from './job-status.js';
import type { JobSigner, SandboxJob, SignerGroup, StoredContent } from './job.js';

/** A signer has signed: the next group's time begins, or the job ends. */
export function recordSignature(
  job: SandboxJob,
  signature: { readonly signer: number; readonly xades: StoredContent; readonly now: Date },
): SandboxJob {
  const since = signature.now.toISOString();
  const signed: SandboxJob = {
    ...job,
    signers: job.signers.map((signer) =>
      signer.number === signature.signer
        ? { ...signer, status: 'SIGNED', since, xades: signature.xades }
        : signer,
    ),
  };
  if (hasEverybodySigned(signed)) return recordChange({ ...signed, endedAt: since }, since);
  return recordChange(openNextGroup(signed, signature.now), since);
}

/**
 * Ends a job that signers stopped, each with its status; the other unsigned signers, also in later groups, become
 * NOT_APPLICABLE. BLOCKED and SIGNERS_NAME_NOT_AVAILABLE end a job as a rejection does, an assumption without a source.
 */
export function endBySigners(
  job: SandboxJob,
  stopped: ReadonlyMap<number, KnownSignerStatus>,
  at: Date,
): SandboxJob {
  return endJob(job, at, (signer) => stopped.get(signer.number) ?? 'NOT_APPLICABLE');
}

/** Cancelled by the sender: every signer who has not signed becomes CANCELLED. */
export function cancelJob(job: SandboxJob, now: Date): SandboxJob {
  return endJob(job, now, () => 'CANCELLED');
}

/** Expires the available group at its deadline; the status does not apply to later groups. */
export function expireJob(job: SandboxJob, deadline: Date): SandboxJob {
  const group = currentGroup(job);
  return endJob(job, deadline, (signer) => (signer.order === group?.order ? 'EXPIRED' : 'NOT_APPLICABLE'));
}

/** Records a failed ceremony of a signer; the job continues. */
export function recordFailure(job: SandboxJob, number: number, now: Date): SandboxJob {
  const since = now.toISOString();
  const signers = job.signers.map((signer): JobSigner =>
    signer.number === number ? { ...signer, status: 'FAILED', since } : signer,
  );
  return recordChange({ ...job, signers }, since);
}

/** Starts the full availability of a group when its turn begins. */
export function withTurn(group: SignerGroup, from: Date, availableSeconds: number): SignerGroup {
  return {
    ...group,
    availableAt: from.toISOString(),
    deadline: new Date(from.getTime() + availableSeconds * 1000).toISOString(),
  };
}

/** Statuses from an act of a signer. */
const ACTS: readonly KnownSignerStatus[] = ['REJECTED', 'SIGNERS_NAME_NOT_AVAILABLE'];

function endJob(job: SandboxJob, at: Date, statusFor: (signer: JobSigner) => KnownSignerStatus): SandboxJob {
  const since = at.toISOString();
  const signers = job.signers.map((signer) =>
    // A failed ceremony stays FAILED when the job ends, unless that signer ends the job.
    signer.status === 'SIGNED' || (signer.status === 'FAILED' && !ACTS.includes(statusFor(signer)))
      ? signer
      : { ...signer, status: statusFor(signer), since },
  );
  return recordChange({ ...job, signers, endedAt: since, plannedNotifications: [] }, since);
}

function openNextGroup(job: SandboxJob, now: Date): SandboxJob {
  const current = currentGroup(job);
  if (current === undefined || current.availableAt !== undefined) return job;
  return {
    ...job,
    groups: job.groups.map((group) =>
      group === current ? withTurn(group, now, job.availableSeconds) : group,
    ),
  };
}

function recordChange(job: SandboxJob, at: string): SandboxJob {
  const version = job.changes.length + 1;
  const statuses = job.signers.map(({ status }) => status);
  return { ...job, changes: [...job.changes, { version, at, statuses }] };
}
