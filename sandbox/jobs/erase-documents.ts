import type { SandboxJob } from './job.js';

/** How long documents are kept after a job has ended. Spec: the domain's rules about storing and erasing. */
const KEPT_DAYS = 40;
const ARCHIVED_YEARS = 20;

/**
 * Removes the documents of a job after their retention period, with the time at which that was due. Returns the same
 * job if they are still kept, or already removed.
 */
export function eraseWhenDue(job: SandboxJob, now: Date): SandboxJob {
  if (job.endedAt === undefined || job.documentsDeletedAt !== undefined) return job;
  const due = new Date(job.endedAt);
  if (job.longTermDocumentId === undefined) due.setUTCDate(due.getUTCDate() + KEPT_DAYS);
  else due.setUTCFullYear(due.getUTCFullYear() + ARCHIVED_YEARS);
  return now < due ? job : { ...job, documentsDeletedAt: due.toISOString() };
}
