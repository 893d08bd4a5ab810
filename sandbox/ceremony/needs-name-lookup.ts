import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { sectorOf } from '../organizations.js';
import { signatureTypeOf } from '../signature-type.js';

/** True if the signer's name must be looked up: an e-ID that signs provides the name, a log-in does not. */
export function needsNameLookup(job: SandboxJob, { asked }: JobSigner): boolean {
  const sector = sectorOf(job.organizationNumber);
  return signatureTypeOf(asked, sector) === 'AUTHENTICATED_ELECTRONIC_SIGNATURE';
}
