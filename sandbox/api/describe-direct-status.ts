import {
  nameOfDirectSigner,
  type DirectSignerIdentifier,
  type RedirectUrl,
  type SignatureJobId,
} from '@signering/schema';
import type { NamedDirectStatus } from '@signering/schema/xml';
import { latestVersion, mayDocumentsBeDeleted, settledVersion, statusOf } from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { writeTime } from '../time-format.js';
import { urlsOf } from './api-urls.js';

/**
 * The state of a direct job, as fetched with a token or polled. A final state has a confirmation URL; a polled state
 * always has one, so that the queue is empty until the next change.
 */
export function describeDirectStatus(job: SandboxJob, apiUrl: string, now: Date): NamedDirectStatus {
  const urls = urlsOf(job, apiUrl);
  const hasDocuments = job.documentsDeletedAt === undefined;
  const isPolled = job.direct?.statusRetrievalMethod === 'POLLING';
  const isNew = latestVersion(job) > settledVersion(job);
  return {
    ...(job.reference === undefined ? {} : { reference: job.reference }),
    signatureJobId: job.id as SignatureJobId,
    status: statusOf(job),
    signatures: job.signers.map((signer) => ({
      signer: nameOfDirectSigner(directIdentifierOf(signer)),
      status: { kind: signer.status },
      // Deterministic, so that clients recognise a status that is delivered twice.
      since: writeTime(new Date(signer.since), signer.number),
      ...(signer.xades !== undefined && hasDocuments ? { xadesUrl: urls.xades(signer) } : {}),
    })),
    ...(isNew && (isPolled || job.endedAt !== undefined) ? { confirmationUrl: urls.confirmation } : {}),
    ...(mayDocumentsBeDeleted(job, now) ? { deleteDocumentsUrl: urls.deleteDocuments } : {}),
    ...(job.pades !== undefined && hasDocuments ? { padesUrl: urls.pades } : {}),
  };
}

/** The identifier of a signer in a direct job. */
export function directIdentifierOf({ identifier }: JobSigner): DirectSignerIdentifier {
  if ('personalIdentificationNumber' in identifier || 'signerIdentifier' in identifier) return identifier;
  throw new TypeError('A signer of a direct job has an identity number or an identifier.');
}

/** The redirect URL of a signer. The service puts the token behind a `#`; here it works without a script. */
export function redirectUrlOf({ entrance }: JobSigner, pagesUrl: string): RedirectUrl {
  if (entrance === undefined) throw new TypeError('The signer has no entrance.');
  return `${pagesUrl}/redirect/${entrance.token}` as RedirectUrl;
}
