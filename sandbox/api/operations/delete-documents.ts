import { mayDocumentsBeDeleted } from '../../jobs/job-status.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { findJob } from '../find-job.js';
import { ServiceRefusal, notFound } from '../service-refusal.js';

/**
 * Removes a completed job's documents, also from the archive: at the earliest 24 hours after it completed, and not while
 * a signer's copy waits for a mailbox. Works after the confirmation too.
 */
export async function deleteDocuments(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const { id } = await findJob(parts, request);
  await parts.jobs.update(id, (job) => {
    const now = parts.clock.now();
    if (job.documentsDeletedAt !== undefined) throw notFound();
    if (!mayDocumentsBeDeleted(job, now)) {
      throw new ServiceRefusal(
        'DOCUMENTS_NOT_DELETABLE',
        'Documents can be deleted 24 hours after all signers have signed, and when no signer’s copy waits for a mailbox.',
      );
    }
    return { ...job, documentsDeletedAt: now.toISOString() };
  });
  return { status: 204, headers: {} };
}
