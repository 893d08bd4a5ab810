import type { JobSigner, SandboxJob } from '../jobs/job.js';

/** Spec: the domain's rules on storing: a signer reaches the signed document for up to 40 days. */
const SIGNERS_ACCESS_MS = 40 * 24 * 60 * 60 * 1000;

/** True while a signer who has signed can download the signed document. */
export function isSignedDocumentThere(job: SandboxJob, signer: JobSigner, now: Date): boolean {
  return (
    signer.status === 'SIGNED' &&
    job.pades !== undefined &&
    job.documentsDeletedAt === undefined &&
    now.getTime() < Date.parse(signer.since) + SIGNERS_ACCESS_MS
  );
}
