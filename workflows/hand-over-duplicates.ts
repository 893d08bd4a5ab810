import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { allHandlersFinished, condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import {
  duplicateSigningOptionsOf,
  WORKFLOW_TYPES,
  type DuplicateSigningInput,
  type PortalSigningInput,
} from '@signering/contract';
import { isFinal, type PortalStatusChange } from '@signering/schema';
import type { CreatedJob } from './created-job.js';
import type { TwinJobs } from './twin-jobs.js';

/** The argument of {@link handOverDuplicates}. */
export interface DuplicatesToHandOver {
  readonly input: PortalSigningInput;
  /** The job that the outcome is of. */
  readonly survivor: CreatedJob;
  /** The jobs under the reference; more may surface while this goes on. */
  readonly twins: TwinJobs;
  /** The newest change of each job that was heard of; more may come while this goes on. */
  readonly changes: ReadonlyMap<string, PortalStatusChange>;
}

/**
 * Lets every other job of ours be withdrawn, archived and confirmed by a workflow of its own, so that the outcome need
 * not wait. One that we have withdrawn already and that has not ended yet gets it when its end comes in the queue. Goes
 * on while updates are answered, for a job may surface meanwhile.
 */
export async function handOverDuplicates({
  input: { organizationNumber, reference, job, storageId },
  survivor: { signatureJobId: survivorId, createdAt },
  twins,
  changes,
}: DuplicatesToHandOver): Promise<void> {
  const handedOver = new Set<string>([survivorId]);
  const next = () =>
    twins.jobIds
      .filter((id) => !handedOver.has(id))
      .map((id) => changes.get(id))
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
      sent: job.documents.map(({ sha256, size }) => ({ sha256, size })),
      ...(storageId !== undefined && { storageId }),
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
