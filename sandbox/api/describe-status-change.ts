import type {
  PortalSignature,
  PortalSignerIdentifier,
  PortalStatusChange,
  SignatureJobId,
} from '@signering/schema';
import { mayDocumentsBeDeleted, statusOf } from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';
import { writeTime } from '../time-format.js';
import { urlsOf } from './api-urls.js';

/** A job's state as a poll returns it. Contains the URLs of documents that are available. */
export function describeStatusChange(job: SandboxJob, apiUrl: string, now: Date): PortalStatusChange {
  const urls = urlsOf(job, apiUrl);
  const hasDocuments = job.documentsDeletedAt === undefined;
  return {
    ...(job.reference === undefined ? {} : { reference: job.reference }),
    signatureJobId: job.id as SignatureJobId,
    status: statusOf(job),
    confirmationUrl: urls.confirmation,
    ...(job.endedAt === undefined ? { cancellationUrl: urls.cancellation } : {}),
    ...(mayDocumentsBeDeleted(job, now) ? { deleteDocumentsUrl: urls.deleteDocuments } : {}),
    signatures: job.signers.map((signer): PortalSignature => ({
      identifier: portalIdentifierOf(signer),
      status: { kind: signer.status },
      // Deterministic, so that clients recognise a change that is delivered twice.
      since: writeTime(new Date(signer.since), signer.number),
      ...(signer.xades !== undefined && hasDocuments ? { xadesUrl: urls.xades(signer) } : {}),
    })),
    ...(job.pades !== undefined && hasDocuments ? { padesUrl: urls.pades } : {}),
  };
}

function portalIdentifierOf({ asked }: JobSigner): PortalSignerIdentifier {
  const { personalIdentificationNumber, notifications = {} } = asked;
  return personalIdentificationNumber === undefined ? notifications : { personalIdentificationNumber };
}
