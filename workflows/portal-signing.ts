import { setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  describeQuery,
  portalStatusChangeSignal,
  type PortalSigningInput,
  type SigningResult,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { archiveSignedDocuments } from './archive-signed-documents.js';
import { awaitPortalOutcome } from './await-portal-outcome.js';
import { cancelJob, validateCancel } from './cancel-job.js';
import { confirmOutcome } from './confirm-outcome.js';
import { createJob } from './create-job.js';
import { deadlineOf, followUntilOf } from './deadlines.js';
import { handOverDuplicates } from './hand-over-duplicates.js';
import { followWhile } from './next-status-change.js';
import { portalIdentityNumbers, portalJobChange, portalSignersAtStart } from './portal-signers.js';
import { outcomeOf } from './signers.js';
import { SigningProgress } from './signing-progress.js';

/**
 * One signature job in the portal flow, from the request to the confirmed outcome. A rejected, expired or cancelled
 * job is an outcome; it fails only on what a person has to repair, before anybody was asked to sign.
 */
export async function portalSigning(input: PortalSigningInput): Promise<SigningResult> {
  const { organizationNumber, reference, contentDigest, job } = input;
  const identity = { flow: 'PORTAL', organizationNumber, reference } as const;
  const progress = new SigningProgress({
    ...identity,
    signers: portalSignersAtStart(job.signers),
    deadlineOf: (createdAt, signers) => deadlineOf(job, createdAt, signers),
  });
  setHandler(describeQuery, () => progress.describe());
  const changes = new Map<string, PortalStatusChange>();
  setHandler(portalStatusChangeSignal, ({ change }) => {
    progress.receive(portalJobChange(job.signers, change));
    changes.set(change.signatureJobId, change);
  });
  setHandler(cancelUpdate, () => cancelJob(progress), { validator: validateCancel });

  const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: job.pollingQueue } as const;
  const created = await followWhile(
    queue,
    (now) => followUntilOf(job, now),
    () => createJob({ ...identity, contentDigest, job }, progress),
  );
  const change = await awaitPortalOutcome(queue, progress, created);
  const survivor = { ...created, signatureJobId: change.signatureJobId };
  const identityNumbers = portalIdentityNumbers(job.signers);
  const signing = { ...identity, created: survivor, sent: job.documents, identityNumbers };
  const archive = await archiveSignedDocuments(signing, progress, change);
  await confirmOutcome(identity, progress, change);
  await handOverDuplicates({ input, survivor, twins: progress.twins, changes });
  return progress.end(survivor, outcomeOf(change), archive);
}
