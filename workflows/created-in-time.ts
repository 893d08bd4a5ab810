import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import type { ErrorCode } from '@signering/schema';
import type { SigningProgress } from './signing-progress.js';

/**
 * How long a caller waits for the job, in milliseconds: less than browsers do. Temporal takes ten unanswered updates at
 * once, so waits without end would keep out the operator's answer that the job itself may be waiting for.
 */
const CREATED_WITHIN_MS = 8_000;

/**
 * The job for callers who do not wait for ever.
 * @throws JOB_NOT_CREATED_YET (retryable), what the job was abandoned by
 */
export async function createdInTime(progress: SigningProgress): Promise<CreatedJob> {
  // A job that is there costs no timer.
  if (!progress.isCreateOver) await condition(() => progress.isCreateOver, CREATED_WITHIN_MS);
  if (!progress.isCreateOver) throw notCreatedYet();
  return progress.whenCreated();
}

function notCreatedYet(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'JOB_NOT_CREATED_YET' satisfies ErrorCode,
    message:
      'The job is not there yet: the service is slow, or it is not known whether it has created the job. It goes on by itself; ask again.',
    details: [{ retryable: true }],
    nonRetryable: true,
  });
}
