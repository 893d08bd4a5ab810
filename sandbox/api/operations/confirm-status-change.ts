import { confirm } from '../../jobs/status-queue.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { findOpenJob } from '../find-job.js';

/** Confirms the last delivered state of the job. Without a delivery it changes nothing. */
export async function confirmStatusChange(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { id } = await findOpenJob(parts, request);
  const job = await parts.jobs.update(id, (current) => confirm(current, parts.clock.now()));
  const version = job.confirmations.at(-1)?.version;
  return { status: 200, headers: {}, ...(version === undefined ? {} : { changeVersion: version }) };
}
