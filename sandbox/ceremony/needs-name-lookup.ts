import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { sectorOf } from '../organizations.js';
import { signatureTypeOf } from '../signature-type.js';

/** True when the signer's name has to be looked up: an e-ID that signs itself brings it along, a log-in does not. */
export function needsNameLookup(job: SandboxJob, { asked }: JobSigner): boolean {
  const sector = sectorOf(job.organizationNumber);
  return signatureTypeOf(asked, sector) === 'AUTHENTICATED_ELECTRONIC_SIGNATURE';
}
