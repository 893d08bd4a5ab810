import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { allHandlersFinished, condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import {
  duplicateSigningOptionsOf,
  WORKFLOW_TYPES,
  type DuplicateSigningInput,
  type PortalSigningInput,
} from '@signering/contract';
import { isFinal } from '@signering/schema';
import type { SigningProgress } from './signing-progress.js';

/**
 * Starts one workflow `duplicateSigning` for each other job of the reference, which withdraws, archives and confirms it,
 * so that the outcome does not wait. For a job that is withdrawn and has not ended, the queue's poller starts that
 * workflow when the end arrives. Runs until all update handlers finish, because another job may surface until then.
 */
export async function handOverDuplicates(
  { organizationNumber, reference, contentDigest, job, storageId }: PortalSigningInput,
  { signatureJobId: survivorId, createdAt }: CreatedJob,
  { twins, events }: Pick<SigningProgress, 'twins' | 'events'>,
): Promise<void> {
  const handedOver = new Set<string>([survivorId]);
  const next = () =>
    twins.jobIds
      .filter((id) => !handedOver.has(id))
      .map((id) => twins.changeOf(id))
      .find(
        (change) => change !== undefined && (isFinal(change) || !twins.isWithdrawn(change.signatureJobId)),
      );
  for (;;) {
    const change = next();
    if (change === undefined) {
      if (allHandlersFinished()) return;
      await condition(() => allHandlersFinished() || next() !== undefined);
      continue;
    }
    const { signatureJobId } = change;
    handedOver.add(signatureJobId);
    const duplicate: DuplicateSigningInput = {
      version: 1,
      organizationNumber,
      reference,
      pollingQueue: job.pollingQueue,
      settledJob: { signatureJobId: survivorId, createdAt },
      signatureJobId,
      contentDigest,
      sent: job.documents.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
      ...(storageId !== undefined && { storageId }),
      ...(events.areWanted && { webhooks: true }),
      change,
    };
    try {
      await startChild(WORKFLOW_TYPES.duplicateSigning, {
        ...duplicateSigningOptionsOf(duplicate),
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
    } catch (error) {
      // The queue's poller was faster.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
