import { catchUp } from '../jobs/catch-up.js';
import type { SandboxJob } from '../jobs/job.js';
import { isSettled } from '../jobs/job-status.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ApiRequest } from './api-call.js';
import { notFound } from './service-refusal.js';

/**
 * The job of a request, with all due events applied.
 * @throws ServiceRefusal 404 when the sender has no such job
 */
export async function findJob(parts: SandboxParts, request: ApiRequest): Promise<SandboxJob> {
  const job = request.jobId === undefined ? undefined : parts.jobs.find(request.jobId);
  if (job?.organizationNumber !== request.organizationNumber || job.flow !== request.flow) throw notFound();
  return await bringUpToDate(parts, job.id);
}

/**
 * As {@link findJob}, for everything but deletion: a job whose end was confirmed is gone.
 * @throws ServiceRefusal 404
 */
export async function findOpenJob(parts: SandboxParts, request: ApiRequest): Promise<SandboxJob> {
  const job = await findJob(parts, request);
  if (isSettled(job)) throw notFound();
  return job;
}

/** Applies the due events of a job. */
export async function bringUpToDate(parts: SandboxParts, jobId: string): Promise<SandboxJob> {
  const surroundings = { register: parts.register, pagesUrl: parts.urls.pagesUrl };
  return await parts.jobs.update(jobId, (job) => catchUp(job, parts.clock.now(), surroundings));
}
