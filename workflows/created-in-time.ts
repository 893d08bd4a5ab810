import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import type { ErrorCode } from '@signering/schema';
import type { SigningProgress } from './signing-progress.js';

/**
 * How long a caller waits for the job, in milliseconds: less than browsers do. Temporal accepts ten pending updates, so
 * longer waits could block the operator's answer that the job waits for.
 */
const CREATED_WITHIN_MS = 8_000;

/**
 * Returns the job, or throws JOB_NOT_CREATED_YET after 8 s.
 * @throws JOB_NOT_CREATED_YET (retryable), and the error that ended the creation
 */
export async function createdInTime(progress: SigningProgress): Promise<CreatedJob> {
  // No timer for a job that exists.
  if (!progress.isCreateOver) {
    await condition(() => progress.isCreateOver, CREATED_WITHIN_MS, {
      summary: 'How long a caller waits for the job',
    });
  }
  if (!progress.isCreateOver) throw notCreatedYet();
  return progress.whenCreated();
}

function notCreatedYet(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'JOB_NOT_CREATED_YET' satisfies ErrorCode,
    message:
      'The job is not created yet: the service is slow, or it is unknown whether it created the job. The workflow continues; ask again.',
    details: [{ retryable: true }],
    nonRetryable: true,
  });
}
