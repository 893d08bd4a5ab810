import { exitUrlOf } from '../ceremony/exit-url.js';
import {
  currentGroup,
  handedOutVersion,
  latestVersion,
  mayStillSign,
  settledVersion,
  statusOf,
} from '../jobs/job-status.js';
import type { JobSigner, SandboxJob } from '../jobs/job.js';

/** A job as the list of jobs shows it. */
export function summarizeJob(job: SandboxJob) {
  return {
    signatureJobId: job.id,
    flow: job.flow,
    organizationNumber: job.organizationNumber,
    reference: job.reference,
    pollingQueue: job.pollingQueue,
    title: job.manifest.title,
    status: statusOf(job),
    createdAt: job.createdAt,
    endedAt: job.endedAt,
    signers: job.signers.map((signer) => describeSigner(job, signer)),
  };
}

/** Everything about a job, including personal data, which is test data. */
export function describeJob(job: SandboxJob) {
  return {
    ...summarizeJob(job),
    nonsensitiveTitle: job.manifest.nonsensitiveTitle,
    description: job.manifest.description,
    availableSeconds: job.availableSeconds,
    groups: job.groups,
    documents: job.documents,
    manifest: job.manifestContent,
    documentsDeletedAt: job.documentsDeletedAt,
    /** The id in `…/archive/documents/{id}/pades`. */
    longTermDocumentId: job.longTermDocumentId,
    /** The signed document with the signatures so far, as a download returns it. */
    pades: job.pades,
    changes: job.changes,
    latestVersion: latestVersion(job),
    deliveredVersion: handedOutVersion(job),
    confirmedVersion: settledVersion(job),
    delivered: job.handOuts,
    confirmed: job.confirmations,
  };
}

function describeSigner(job: SandboxJob, signer: JobSigner) {
  const group = job.groups.find(({ order }) => order === signer.order);
  return {
    signer: signer.number,
    status: signer.status,
    since: signer.since,
    order: signer.order,
    name: signer.name,
    identifier: signer.identifier,
    signatureType: signer.asked.signatureType,
    onBehalfOf: signer.asked.onBehalfOf ?? 'SELF',
    securityCode: signer.securityCode,
    /** The signer may act, or may act from `availableAt` on. */
    isTurn: mayStillSign(signer) && currentGroup(job)?.order === signer.order,
    availableAt: group?.availableAt,
    deadline: group?.deadline,
    xades: signer.xades,
    mailboxCopy: signer.mailboxCopy,
    /** Direct flow: the exit URL of the last act. */
    exitUrl: exitUrlOf(job, signer),
  };
}
