import { writeDirectSignatureJobStatus, writePortalStatusChange } from '@signering/schema/xml';
import { isInQueue, firstInQueue, handOut } from '../../jobs/status-queue.js';
import { latestVersion } from '../../jobs/job-status.js';
import type { SandboxJob } from '../../jobs/job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { bringUpToDate } from '../find-job.js';
import { describeDirectStatus } from '../describe-direct-status.js';
import { describeStatusChange } from '../describe-status-change.js';
import { pollingQueueOf } from '../polling-queue.js';

/** Delivers the complete state of the job that has waited longest in a queue. */
export async function fetchStatusChange(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const pollingQueue = pollingQueueOf(request);
  const queue = JSON.stringify([request.organizationNumber, request.flow, pollingQueue]);
  return await parts.queueTurns.take(queue, async () => {
    const now = parts.clock.now();
    const tooEarlyUntil = parts.pollTimes.tooEarlyUntil(queue, now);
    if (tooEarlyUntil !== undefined) return { status: 429, headers: parts.pollTimes.header(tooEarlyUntil) };

    const jobs = parts.jobs
      .all()
      .filter(
        (job) =>
          job.organizationNumber === request.organizationNumber &&
          job.flow === request.flow &&
          job.direct?.statusRetrievalMethod !== 'WAIT_FOR_CALLBACK' &&
          job.pollingQueue === pollingQueue,
      );
    const present: SandboxJob[] = [];
    for (const { id } of jobs) present.push(await bringUpToDate(parts, id));
    const job = await handOutFirst(parts, present, now);
    if (job === undefined) {
      const next = parts.pollTimes.afterEmptyQueue(queue, now);
      return { status: 204, headers: parts.pollTimes.header(next), withoutEffect: true };
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/xml',
        ...parts.pollTimes.header(parts.pollTimes.afterStatusChange(queue, now)),
      },
      body: Buffer.from(write(job, parts.urls.apiUrl, now)),
      jobId: job.id,
      changeVersion: latestVersion(job),
    };
  });
}

function write(job: SandboxJob, apiUrl: string, now: Date): string {
  return job.flow === 'DIRECT'
    ? writeDirectSignatureJobStatus(describeDirectStatus(job, apiUrl, now))
    : writePortalStatusChange(describeStatusChange(job, apiUrl, now));
}

async function handOutFirst(
  parts: SandboxParts,
  jobs: readonly SandboxJob[],
  now: Date,
): Promise<SandboxJob | undefined> {
  const first = firstInQueue(jobs, now);
  if (first === undefined) return undefined;
  return await parts.jobs.update(first.id, (job) => (isInQueue(job, now) ? handOut(job, now) : job));
}
