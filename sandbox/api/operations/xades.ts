import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { findOpenJob } from '../find-job.js';
import { notFound } from '../service-refusal.js';

/** The signature of one signer who has signed. */
export async function xades(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { id } = await findOpenJob(parts, request);
  const body = await parts.jobs.read(id, async (job) => {
    const signer = job.signers.find((candidate) => candidate.id === request.signerId);
    if (signer?.xades === undefined || job.documentsDeletedAt !== undefined) throw notFound();
    return await parts.jobs.readContent(id, signer.xades);
  });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
