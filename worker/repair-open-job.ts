import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import {
  signingStartOptionsOf,
  signingWorkflowId,
  WORKFLOW_TYPES,
  type DirectSigningInput,
  type PortalSigningInput,
} from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import {
  demandStorageId,
  LedgerConflictError,
  StoredContentDamagedError,
  type LedgerEntry,
  type ReferenceLedger,
  type StorageIdentity,
} from '@signering/storage';

/**
 * What became of an unsettled entry. RUNNING: its workflow runs. SETTLED: it is archived, and the poller of its queue
 * confirms it. RESTARTED: its workflow was started again. ABANDONED: its workflow failed or was cancelled before a job
 * was created, or has completed with a job that the ledger does not know; that is now in the ledger. LEFT: nothing is to be done, or not yet.
 */
export type OpenJobFinding = 'RUNNING' | 'SETTLED' | 'RESTARTED' | 'ABANDONED' | 'LEFT';

/** The argument of {@link repairOpenJob}. */
export interface RepairOptions {
  readonly ledger: ReferenceLedger;
  readonly storageIdentity: StorageIdentity;
  readonly encryption: JsonEncryption;
  readonly temporal: Client;
  readonly logger: Logger;
  /** A claim younger than this is left to the client that made it, in milliseconds. */
  readonly intervalMs: number;
}

/** How long Temporal may take for one answer, in milliseconds. */
export const ANSWER_WITHIN_MS = 10_000;

/** The longest time between two starts of a workflow that fails each time. */
const LONGEST_BACK_OFF_MS = 6 * 60 * 60 * 1000;

/** Signed documents stay at the service for so long; a confirmation that is missing after that never comes. */
const CONFIRMABLE_MS = 40 * 24 * 60 * 60 * 1000;

/**
 * Makes sure that an open job has a running workflow.
 * @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED when the input cannot be used; what Temporal answers
 */
export async function repairOpenJob(entry: LedgerEntry, options: RepairOptions): Promise<OpenJobFinding> {
  if (entry.settled !== undefined) {
    return Date.now() - Date.parse(entry.settled.settledAt) < CONFIRMABLE_MS ? 'SETTLED' : 'LEFT';
  }
  const { temporal, intervalMs } = options;
  const run = await newestRunOf(signingWorkflowId(entry.organizationNumber, entry.reference), temporal);
  switch (run?.status.name) {
    case 'FAILED':
    case 'CANCELLED':
      // Before its job was created, a person has to repair something or did not want it; after that, signers may sign.
      if (entry.created === undefined) return abandon(entry, run.status.name, options);
      return Date.now() < restartableAt(run, Date.parse(entry.created.createdAt), intervalMs)
        ? 'LEFT'
        : restart(entry, run.status.name, options);
    case 'TERMINATED':
    case 'TIMED_OUT':
      return restart(entry, run.status.name, options);
    case undefined:
      // A client claims a reference just before it starts the workflow.
      return Date.now() - Date.parse(entry.claimedAt) < intervalMs
        ? 'LEFT'
        : restart(entry, 'MISSING', options);
    case 'COMPLETED':
      // The storage is older than Temporal: it was restored. The outcome is in Temporal alone. Without the job in the
      // ledger, a restart after Temporal's retention would ask the signers a second time.
      return entry.created === undefined ? abandon(entry, run.status.name, options) : 'LEFT';
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'RUNNING';
  }
}

/** The times of a run that has ended. */
type EndedRun = Pick<WorkflowExecutionDescription, 'startTime' | 'closeTime'>;

/**
 * When a workflow that failed may be started again, in milliseconds since 1970: at once, but later and later for one
 * whose newest run failed within a round, up to six hours.
 */
export function restartableAt(
  { startTime, closeTime = startTime }: EndedRun,
  createdAt: number,
  intervalMs: number,
): number {
  const endedAt = closeTime.getTime();
  if (endedAt - startTime.getTime() > intervalMs) return endedAt;
  return endedAt + Math.min((endedAt - createdAt) / 2, LONGEST_BACK_OFF_MS);
}

/** The status of the newest run; nothing when Temporal knows none. */
export async function statusOf(
  workflowId: string,
  temporal: Client,
): Promise<WorkflowExecutionStatusName | undefined> {
  return (await newestRunOf(workflowId, temporal))?.status.name;
}

async function newestRunOf(
  workflowId: string,
  temporal: Client,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.workflow.getHandle(workflowId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function abandon(
  entry: LedgerEntry,
  found: string,
  { ledger, logger }: RepairOptions,
): Promise<OpenJobFinding> {
  try {
    await ledger.advance(entry, { abandoned: { abandonedAt: new Date().toISOString() } });
  } catch (error) {
    // The job was handed in again, or its create went on: the next round looks again.
    if (error instanceof LedgerConflictError) return 'LEFT';
    throw error;
  }
  const workflowId = signingWorkflowId(entry.organizationNumber, entry.reference);
  if (found === 'COMPLETED') {
    logger.warn(
      'A workflow has completed, and the ledger does not know its job: storage was restored. It is not started again.',
      { workflowId, found },
    );
  } else {
    logger.info('A workflow ended before its job was created: it is not started again.', {
      workflowId,
      found,
    });
  }
  return 'ABANDONED';
}

async function restart(
  entry: LedgerEntry,
  found: string,
  { storageIdentity, encryption, temporal, logger }: RepairOptions,
): Promise<OpenJobFinding> {
  // The storage whose ledger knows the job, also where its input named none or the storage was restored under a new id.
  const storageId = await demandStorageId(storageIdentity);
  const options = signingStartOptionsOf(entry.flow, { ...(await inputOf(entry, encryption)), storageId });
  const type = entry.flow === 'PORTAL' ? WORKFLOW_TYPES.portalSigning : WORKFLOW_TYPES.directSigning;
  try {
    await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.workflow.start(type, { ...options, workflowIdConflictPolicy: 'FAIL' }),
    );
  } catch (error) {
    // Another worker or a client was faster.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'RUNNING';
    throw error;
  }
  logger.warn('The workflow of an open job was started again.', { workflowId: options.workflowId, found });
  return 'RESTARTED';
}

/** The workflow's input as the claim holds it, which must be that of the entry itself. */
async function inputOf(
  { input, organizationNumber, reference, contentDigest }: LedgerEntry,
  encryption: JsonEncryption,
): Promise<PortalSigningInput | DirectSigningInput> {
  const decrypted = (await encryption.decrypt(input)) as PortalSigningInput | DirectSigningInput;
  const isOwn =
    decrypted.organizationNumber === organizationNumber &&
    decrypted.reference === reference &&
    decrypted.contentDigest === contentDigest;
  if (isOwn) return decrypted;
  throw new StoredContentDamagedError(
    `the encrypted input in the ledger entry of reference "${reference}"`,
    'is that of another entry',
  );
}
