import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  describeQuery,
  statusChangeSignal,
  type PortalSigningInput,
  type SigningResult,
} from '../contract/index.js';
import { isFinal } from '../schema/index.js';
import { confirmFinalChange, recordConfirmation } from './activities.js';
import { archiveSignedDocuments } from './archive-signed-documents.js';
import { cancelJob, validateCancel } from './cancel-job.js';
import { createJob } from './create-job.js';
import { followUntilEnd, nextStatusChange } from './next-status-change.js';
import { outcomeOf } from './signers.js';
import { SigningProgress } from './signing-progress.js';

/**
 * One signature job in the portal flow, from the request to the confirmed outcome. A rejected, expired or cancelled
 * job is an outcome; it fails only on what a person has to repair, before anybody was asked to sign.
 */
export async function portalSigning(input: PortalSigningInput): Promise<SigningResult> {
  const progress = new SigningProgress(input);
  setHandler(describeQuery, () => progress.describe());
  setHandler(statusChangeSignal, ({ change }) => progress.receive(change));
  setHandler(cancelUpdate, () => cancelJob(progress), { validator: validateCancel });

  await followUntilEnd(input);
  const job = await createJob(input, progress);
  let change = await nextStatusChange(input, progress);
  while (!isFinal(change)) change = await nextStatusChange(input, progress);
  const archive = await archiveSignedDocuments(input, progress, job, change);
  progress.beginStep('CONFIRM');
  progress.enter('CONFIRMING');
  await confirmFinalChange({ confirmationUrl: change.confirmationUrl });
  await recordConfirmation({ organizationNumber: input.organizationNumber, reference: input.reference });
  await condition(allHandlersFinished);
  return progress.end(job, outcomeOf(change), archive);
}
