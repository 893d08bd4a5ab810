/** Whether anybody is still waited for. Spec: portal.xsd, portal-signature-job-status. */
export const JOB_STATUSES = ['IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'FAILED'] as const;

/** Where a job stands as a whole; FAILED: it ended and at least one signer did not sign. Spec: as {@link JOB_STATUSES}. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** True when the job has ended: everybody has signed, or it failed. */
export function isFinalJobStatus(status: JobStatus): boolean {
  return status !== 'IN_PROGRESS';
}
