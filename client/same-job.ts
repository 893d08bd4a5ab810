import type { Client } from '@temporalio/client';
import { signingWorkflowId, type PortalSigningInput } from '../contract/index.js';
import { ReferenceInUseError, StorageMismatchError } from '../storage/index.js';
import { startedWorkflow } from './started-input.js';

/**
 * Makes sure that the workflow of a reference, if Temporal knows one, is the one of this job. A ledger answers only for its own storage:
 * another client may have started the reference with other content from another one.
 * @throws REFERENCE_IN_USE, STORAGE_MISMATCH (retryable), KEY_MISMATCH when its input cannot be read here
 */
export async function demandSameJob(
  client: Client,
  {
    organizationNumber,
    reference,
    contentDigest,
    storageId = '',
  }: Pick<PortalSigningInput, 'organizationNumber' | 'reference' | 'contentDigest' | 'storageId'>,
): Promise<void> {
  const started = await startedWorkflow(client, signingWorkflowId(organizationNumber, reference));
  if (started === undefined) return;
  const input = await started.input();
  if (input.storageId !== undefined && input.storageId !== storageId) {
    throw new StorageMismatchError({
      here: storageId,
      there: input.storageId,
      whose: `the job of reference "${reference}" was started on`,
    });
  }
  if (input.contentDigest !== contentDigest) {
    throw new ReferenceInUseError(reference, started.startedAt.toISOString());
  }
}
