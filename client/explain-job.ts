import { whyOf } from '@signering/contract';
import type { JobDescription } from './job-description.js';

/**
 * One sentence that says what a job waits for and what has happened, or why its process failed. Names signers by number
 * only.
 * @param formatMoment writes a moment, ISO 8601. By default in UTC, to the minute
 */
export function explainJob(job: JobDescription, formatMoment?: (moment: string) => string): string {
  return job.status === 'PROCESS_FAILED'
    ? `The signing process failed: ${job.failure.message}`
    : whyOf(job, formatMoment);
}
