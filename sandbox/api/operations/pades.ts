import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { findOpenJob } from '../find-job.js';
import { notFound } from '../service-refusal.js';

/** The PAdES with the signatures so far; there as soon as one has signed, the same bytes until the next one signs. */
export async function pades(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { id } = await findOpenJob(parts, request);
  const body = await parts.jobs.read(id, async (job) => {
    if (job.pades === undefined || job.documentsDeletedAt !== undefined) throw notFound();
    return await parts.jobs.readContent(id, job.pades);
  });
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
}
