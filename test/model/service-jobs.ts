import type { Change, Reference, ServiceJob } from './protocol-state.js';

// The service as its documentation describes it, and as the sandbox behaves.

/** Versions count signatures; a cancellation is the last version. */
export function latestVersion({ signed, signers, isCancelled }: ServiceJob): number {
  return isCancelled ? signers + 1 : signed;
}

export function isOver({ signed, signers, isCancelled }: ServiceJob): boolean {
  return isCancelled || signed === signers;
}

export function isSigned(job: ServiceJob): boolean {
  return job.signed > 0;
}

/** Its final change is confirmed: the service may delete its documents, and answers 404. */
export function isGone(job: ServiceJob): boolean {
  return isOver(job) && job.confirmed === latestVersion(job);
}

/** The next poll may deliver its state. */
export function isInQueue(job: ServiceJob): boolean {
  return latestVersion(job) > job.confirmed && (!job.isOut || job.delivered < latestVersion(job));
}

export function changeOf(job: ServiceJob): Change {
  const status = job.isCancelled ? 'FAILED' : isOver(job) ? 'COMPLETED_SUCCESSFULLY' : 'IN_PROGRESS';
  return { id: job.id, version: latestVersion(job), status, signed: job.signed };
}

/** Confirms the newest delivered state: the URL names the job and not the state. */
export function confirmed(job: ServiceJob): ServiceJob {
  return isGone(job)
    ? job
    : { ...job, confirmed: job.delivered, isOut: job.delivered < latestVersion(job) && job.isOut };
}

/** A new job with the signers of the reference. */
export function createJobOf({ name, signers, jobs }: Reference): ServiceJob {
  const id = `${name}${jobs.length + 1}`;
  return { id, signers, signed: 0, isCancelled: false, delivered: 0, confirmed: 0, isOut: false };
}

/** The reference with one of its jobs changed. */
export function withJob(
  reference: Reference,
  id: string,
  change: (job: ServiceJob) => ServiceJob,
): Reference {
  return { ...reference, jobs: reference.jobs.map((job) => (job.id === id ? change(job) : job)) };
}
