/** Spec: portal.xsd, portal-signature-job-status. */
export const JOB_STATUSES = ['IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'FAILED'] as const;

/** Status of a whole job; FAILED: it ended and at least one signer did not sign. Spec: as {@link JOB_STATUSES}. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** True if the job has ended: completed or failed. */
export function isFinalJobStatus(status: JobStatus): boolean {
  return status !== 'IN_PROGRESS';
}

/** How a signing process ends. */
export const SIGNING_OUTCOMES = [
  'SIGNED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'FAILED',
  'NOT_REPORTED',
] as const;
