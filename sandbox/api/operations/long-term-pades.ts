import { bringUpToDate } from '../find-job.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { ServiceRefusal } from '../service-refusal.js';

/** A signed document from the archive of a sender with long-term storage, also after its job is deleted. */
export async function longTermPades(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const found = parts.jobs
    .all()
    .find(
      (job) =>
        job.longTermDocumentId !== undefined &&
        job.longTermDocumentId === request.documentId &&
        job.organizationNumber === request.organizationNumber,
    );
  if (found === undefined) throw notArchived();
  const { id } = await bringUpToDate(parts, found.id);
  const body = await parts.jobs.read(id, async (job) => {
    if (job.pades === undefined || job.documentsDeletedAt !== undefined) throw notArchived();
    return await parts.jobs.readContent(id, job.pades);
  });
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body, jobId: id };
}

function notArchived(): ServiceRefusal {
  return new ServiceRefusal('ARCHIVED_DOCUMENT_NOT_FOUND', 'The archive has no such document.');
}
