import { documentDeletionOptionsOf, WORKFLOW_TYPES, type DocumentDeletionResult } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { demandStorageId } from '@signering/storage';
import { JobNotEndedError, JobNotFoundError } from './errors.js';
import type { KnownJobs } from './known-jobs.js';
import { readableData } from './readable-data.js';
import { callFailureOf } from './signing-failure.js';

/** The job whose documents the service has deleted, and when. */
export type DeletedDocuments = Omit<DocumentDeletionResult, 'version'>;

/** As `SigningClient.deleteDocumentsAtService`: a worker does it, since the client holds no certificate. */
export async function deleteDocumentsAtService(
  jobs: KnownJobs,
  reference: string,
): Promise<DeletedDocuments> {
  const { organizationNumber, storage, temporal, taskQueue } = jobs;
  // Also of an erased job.
  const entry = await storage.ledger.find({ organizationNumber, reference });
  if (entry === undefined) throw new JobNotFoundError(reference);
  if (entry.settled === undefined) throw new JobNotEndedError(reference);
  const storageId = await demandStorageId(storage.storageIdentity);
  const input = { version: 1, organizationNumber, reference, storageId } as const;
  const started = await temporal.call((client) =>
    client.workflow.start(WORKFLOW_TYPES.documentDeletion, {
      ...documentDeletionOptionsOf(input, entry.flow),
      taskQueue,
    }),
  );
  const timeout = AbortSignal.timeout(temporal.callTimeoutMs);
  try {
    const result = await temporal.bounded({ signal: timeout }, () =>
      temporal.wait(() => started.result() as Promise<DocumentDeletionResult>),
    );
    const { version: _, ...deleted } = readableData(
      result,
      `the result of the deletion of reference "${reference}"`,
    );
    return deleted;
  } catch (error) {
    if (timeout.aborted) throw notDeletedYet(reference, error);
    throw callFailureOf(error, { what: 'The deletion failed', reference });
  }
}

function notDeletedYet(reference: string, cause: unknown): SigningError {
  return new SigningError(
    'DOCUMENTS_NOT_DELETED_YET',
    `The service's documents of reference "${reference}" are not deleted yet: no worker is running, or the service is slow. ` +
      'The request is carried out later; repeat it to get the result.',
    { reference, cause },
  );
}
