import { erasureOptionsOf, maskedTexts, WORKFLOW_TYPES, type ErasureResult } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { demandStorageId, isErasable } from '@signering/storage';
import { JobNotEndedError, JobNotFoundError } from './errors.js';
import { demandDecision, type PlaceHoldOptions } from './job-holds.js';
import type { KnownJobs } from './known-jobs.js';
import { readableData } from './readable-data.js';
import { callFailureOf } from './signing-failure.js';

/** What was erased of a job, and what was not. */
export type ErasedJob = Omit<ErasureResult, 'version'> & {
  /** Whether the service's documents were deleted at our request before. If not, the service keeps them for 40 days. */
  readonly deletedAtService: boolean;
};

/** The last argument of `SigningClient.eraseJob`: who has the job erased, and why. */
export type EraseJobOptions = PlaceHoldOptions;

/** As `SigningClient.eraseJob`: a worker does it, since the client may have no right to delete. */
export async function eraseJob(
  jobs: KnownJobs,
  reference: string,
  { by, reason }: Pick<EraseJobOptions, 'by' | 'reason'>,
): Promise<ErasedJob> {
  const decided = { reason, ...(by !== undefined && { by }) };
  demandDecision(decided);
  const { organizationNumber, storage, temporal, taskQueue } = jobs;
  const entry = await storage.ledger.find({ organizationNumber, reference });
  if (entry === undefined) throw new JobNotFoundError(reference);
  if (!isErasable(entry))
    throw new JobNotEndedError(reference, 'so it cannot be erased. Cancel it, or wait for its outcome.');
  const storageId = await demandStorageId(storage.storageIdentity);
  const input = {
    version: 1,
    organizationNumber,
    reference,
    storageId,
    reason,
    ...maskedTexts(decided),
  } as const;
  const started = await temporal.call((client) =>
    client.workflow.start(WORKFLOW_TYPES.jobErasure, { ...erasureOptionsOf(input, entry.flow), taskQueue }),
  );
  const timeout = AbortSignal.timeout(temporal.callTimeoutMs);
  try {
    const result = await temporal.bounded({ signal: timeout }, () =>
      temporal.wait(() => started.result() as Promise<ErasureResult>),
    );
    const { version: _, ...erased } = readableData(result, `the result of the erasure of "${reference}"`);
    const isDeleted = entry.documentsDeletedAt !== undefined || entry.created === undefined;
    return { ...erased, deletedAtService: isDeleted };
  } catch (error) {
    if (timeout.aborted) throw notErasedYet(reference, error);
    throw callFailureOf(error, { what: 'The erasure failed', reference });
  }
}

function notErasedYet(reference: string, cause: unknown): SigningError {
  return new SigningError(
    'JOB_NOT_ERASED_YET',
    `The job of reference "${reference}" is not erased yet: no worker is running, or storage is slow. ` +
      'The request is carried out later; repeat it to get the result.',
    { reference, cause },
  );
}
