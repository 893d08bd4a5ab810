import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  describeQuery,
  portalStatusChangeSignal,
  type PortalSigningInput,
  type SigningResult,
} from '../contract/index.js';
import { isFinal } from '../schema/index.js';
import { archiveSignedDocuments } from './archive-signed-documents.js';
import { cancelJob, validateCancel } from './cancel-job.js';
import { confirmOutcome } from './confirm-outcome.js';
import { createJob } from './create-job.js';
import { deadlineOf, followUntilOf } from './deadlines.js';
import { follow, nextStatusChange } from './next-status-change.js';
import { portalJobChange, portalSignersAtStart } from './portal-signers.js';
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
  setHandler(portalStatusChangeSignal, ({ change }) =>
    progress.receive(portalJobChange(job.signers, change)),
  );
  setHandler(cancelUpdate, () => cancelJob(progress), { validator: validateCancel });

  const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: job.pollingQueue } as const;
  await follow(queue, followUntilOf(job, Date.now()));
  const created = await createJob({ ...identity, contentDigest, job }, progress);
  let change = await nextStatusChange(queue, progress);
  while (!isFinal(change)) change = await nextStatusChange(queue, progress);
  const archive = await archiveSignedDocuments(
    { ...identity, created, sent: job.documents },
    progress,
    change,
  );
  await confirmOutcome(identity, progress, change);
  await condition(allHandlersFinished);
  return progress.end(created, outcomeOf(change), archive);
}
