import type { Client, WorkflowExecutionStatusName } from '@temporalio/client';
import { signingWorkflowId, type DirectJobContent, type PortalSigningInput } from '@signering/contract';
import { ReferenceInUseError, StorageMismatchError } from '@signering/storage';
import { differencesBetween } from './content-digest.js';
import { readableData } from './readable-data.js';
import { startedWorkflow } from './started-input.js';

/** Ends that leave a reference free: the start replaces such a run. */
const REPLACED_BY_A_START: readonly WorkflowExecutionStatusName[] = [
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'TIMED_OUT',
];

const STARTER = 'the system that started the workflow';

/**
 * Makes sure that the workflow of a reference, if Temporal knows one that a start would not replace, is the one of this
 * job. A ledger answers only for its own storage: another client may have started the reference with other content from
 * another storage.
 * @throws REFERENCE_IN_USE, STORAGE_MISMATCH (retryable), KEY_MISMATCH, VERSION_NOT_SUPPORTED when its input cannot be read here
 */
export async function demandSameJob(
  client: Client,
  wanted: Omit<PortalSigningInput, 'job'> & { readonly job: PortalSigningInput['job'] | DirectJobContent },
): Promise<void> {
  const { organizationNumber, reference, contentDigest, storageId = '' } = wanted;
  const workflowId = signingWorkflowId(organizationNumber, reference);
  const started = await startedWorkflow(client, workflowId);
  if (started === undefined) return;
  const input = readableData(await started.input(), `the input of workflow ${workflowId}`, STARTER);
  const isSame =
    (input.storageId === undefined || input.storageId === storageId) && input.contentDigest === contentDigest;
  if (isSame) return;
  const { status } = await client.workflow.getHandle(workflowId).describe();
  if (REPLACED_BY_A_START.includes(status.name)) return;
  if (input.storageId !== undefined && input.storageId !== storageId) {
    throw new StorageMismatchError({
      here: storageId,
      there: input.storageId,
      whose: `the job of reference "${reference}" was started on`,
    });
  }
  const differences = input.job === undefined ? [] : differencesBetween(input.job, wanted.job);
  throw new ReferenceInUseError(reference, started.startedAt.toISOString(), differences);
}
