import { writeDirectSignatureJobStatus } from '@signering/schema/xml';
import { latestVersion } from '../../jobs/job-status.js';
import { handOut } from '../../jobs/status-queue.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { describeDirectStatus } from '../describe-direct-status.js';
import { findOpenJob } from '../find-job.js';
import { notFound, ServiceRefusal } from '../service-refusal.js';

/**
 * Returns the state of a direct job for the token of a returned browser. Before the first browser returns, the job has
 * no token, and only tokens of other jobs are rejected as wrong.
 */
export async function fetchStatus(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const found = await findOpenJob(parts, request);
  if (found.direct?.statusRetrievalMethod !== 'WAIT_FOR_CALLBACK') throw notFound();
  const token = request.query.get('status_query_token');
  if (token === null || !found.direct.statusTokens.includes(token)) {
    const isOfAnotherJob = parts.jobs.all().some(({ direct }) => direct?.statusTokens.includes(token ?? ''));
    throw found.direct.statusTokens.length === 0 && !isOfAnotherJob ? notCompleted() : wrongToken();
  }
  const now = parts.clock.now();
  const job = await parts.jobs.update(found.id, (current) =>
    // An unchanged state needs no new delivery.
    current.handOuts.at(-1)?.version === latestVersion(current) ? current : handOut(current, now),
  );
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(writeDirectSignatureJobStatus(describeDirectStatus(job, parts.urls.apiUrl, now))),
    changeVersion: latestVersion(job),
  };
}

function notCompleted(): ServiceRefusal {
  return new ServiceRefusal(
    'SIGNING_CEREMONY_NOT_COMPLETED',
    'No signer has returned from the signing ceremony yet.',
  );
}

function wrongToken(): ServiceRefusal {
  return new ServiceRefusal(
    'INVALID_STATUS_QUERY_TOKEN',
    'The status query token does not belong to this job.',
  );
}
