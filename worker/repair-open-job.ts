import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { startClaimedJob } from '@signering/activities';
import { signingWorkflowId } from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import {
  isPastConfirmation,
  isUnsent,
  LedgerConflictError,
  type LedgerEntry,
  type ReferenceLedger,
  type StorageIdentity,
} from '@signering/storage';

/**
 * The finding about an unsettled entry. RUNNING: its workflow runs. SETTLED: it is archived, and the poller of its queue
 * confirms it. RESTARTED: its workflow was started again. ABANDONED: its workflow failed or was cancelled before the
 * creation, or completed with a job that the ledger does not have; the ledger now says so. UNSENT: its batch starts it. LEFT:
 * nothing to do, or not yet.
 */
export type OpenJobFinding = 'RUNNING' | 'SETTLED' | 'RESTARTED' | 'ABANDONED' | 'UNSENT' | 'LEFT';

/** Whether the queue of the job needs a poller. */
export function hasOpenJob(finding: OpenJobFinding): boolean {
  return finding === 'RUNNING' || finding === 'SETTLED' || finding === 'RESTARTED';
}

/** The argument of {@link repairOpenJob}. */
export interface RepairOptions {
  readonly ledger: ReferenceLedger;
  readonly storageIdentity: StorageIdentity;
  readonly encryption: JsonEncryption;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly logger: Logger;
  /** A younger claim is left to the client that made it, in milliseconds. */
  readonly intervalMs: number;
}

/** Timeout of one call to Temporal, in milliseconds. */
export const ANSWER_WITHIN_MS = 10_000;

/** The longest time between two starts of a workflow that keeps failing, in milliseconds. */
const LONGEST_BACK_OFF_MS = 6 * 60 * 60 * 1000;

/**
 * Starts the workflow of an open job if none runs.
 * @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED when the input is unusable; VERSION_NOT_SUPPORTED for a flow or an
 * input of a later version; errors of Temporal's client
 */
export async function repairOpenJob(entry: LedgerEntry, options: RepairOptions): Promise<OpenJobFinding> {
  if (entry.settled !== undefined) return isPastConfirmation(entry) ? 'LEFT' : 'SETTLED';
  const { temporal, intervalMs } = options;
  const newest = await newestRunOf(signingWorkflowId(entry.organizationNumber, entry.reference), temporal);
  const run = isOfEarlierHandOver(entry, newest) ? undefined : newest;
  switch (run?.status.name) {
    case 'FAILED':
    case 'CANCELLED':
      // Before the creation a person must correct something or cancelled it; after the creation signers may sign.
      if (entry.created === undefined) return abandon(entry, run.status.name, options);
      return Date.now() < restartableAt(run, Date.parse(entry.created.createdAt), intervalMs)
        ? 'LEFT'
        : restart(entry, run.status.name, options);
    case 'TERMINATED':
    case 'TIMED_OUT':
      return restart(entry, run.status.name, options);
    case undefined:
      if (entry.batch !== undefined && isUnsent(entry)) return 'UNSENT';
      // A client claims a reference shortly before it starts the workflow.
      return Date.now() - Date.parse(entry.reopenedAt ?? entry.claimedAt) < intervalMs
        ? 'LEFT'
        : restart(entry, 'MISSING', options);
    case 'COMPLETED':
      // The storage was restored and is older than Temporal, which alone has the outcome. Without the job in the ledger,
      // a restart after Temporal's retention would ask the signers a second time.
      return entry.created === undefined ? abandon(entry, run.status.name, options) : 'LEFT';
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'RUNNING';
  }
}

/** True for a run that has ended, and began before the job was handed over again. */
function isOfEarlierHandOver(
  { reopenedAt }: LedgerEntry,
  run: WorkflowExecutionDescription | undefined,
): boolean {
  if (run?.closeTime === undefined || reopenedAt === undefined) return false;
  return run.startTime.getTime() < Date.parse(reopenedAt);
}

/** The times of an ended run. */
type EndedRun = Pick<WorkflowExecutionDescription, 'startTime' | 'closeTime'>;

/**
 * When a failed workflow is started again, in milliseconds since 1970: at once, or after a growing wait, up to six hours,
 * if its newest run failed within one round.
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

/** The status of the newest run; undefined for an unknown workflow. */
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
    // The job was handed in again, or its creation continued: the next round checks again.
    if (error instanceof LedgerConflictError) return 'LEFT';
    throw error;
  }
  const workflowId = signingWorkflowId(entry.organizationNumber, entry.reference);
  if (found === 'COMPLETED') {
    logger.warn(
      'A workflow completed, and the ledger does not have its job: storage was restored. It is not started again.',
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
  { logger, ...options }: RepairOptions,
): Promise<OpenJobFinding> {
  // Otherwise another worker or a client started it.
  if (!(await startClaimedJob(entry, options))) return 'RUNNING';
  const workflowId = signingWorkflowId(entry.organizationNumber, entry.reference);
  logger.warn('The workflow of an open job was started again.', { workflowId, found });
  return 'RESTARTED';
}
