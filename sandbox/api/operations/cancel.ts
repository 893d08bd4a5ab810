import { cancelJob } from '../../jobs/job-life.js';
import { sendWithdrawals } from '../../notifications/send-notifications.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { findOpenJob } from '../find-job.js';
import { ServiceRefusal } from '../service-refusal.js';

/** Withdraws a job for the sender, any time before its end; the end itself is a status change like any other. */
export async function cancel(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { id } = await findOpenJob(parts, request);
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  await parts.jobs.update(id, (job) => {
    if (job.endedAt !== undefined) {
      throw new ServiceRefusal(
        'JOB_NOT_CANCELLABLE',
        'The job has already ended; its status change is in the queue.',
      );
    }
    const now = parts.clock.now();
    return sendWithdrawals(cancelJob(job, now), now, surroundings);
  });
  return { status: 204, headers: {} };
}
