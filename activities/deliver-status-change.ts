import { WorkflowNotFoundError } from '@temporalio/client';
import { signingWorkflowId, statusChangeSignal } from '../contract/index.js';
import type { PortalStatusChange } from '../schema/index.js';
import type { LedgerEntry } from '../storage/index.js';
import type { ActivityDependencies } from './dependencies.js';

/**
 * Where a status change went.
 * SIGNALLED: the recorded job's workflow has it. HELD: its workflow has it, but whether the job is ours is not settled.
 * SETTLED: its workflow has ended with everything in the archive. STRANDED: it is ours, and its workflow is gone with
 * nothing archived. FOREIGN: nobody here knows the job.
 */
export type Delivery = 'SIGNALLED' | 'HELD' | 'SETTLED' | 'STRANDED' | 'FOREIGN';

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'temporal'>;

/** Finds the workflow a status change belongs to, by its reference, else by its job id, and signals it. */
export async function deliverStatusChange(
  organizationNumber: string,
  change: PortalStatusChange,
  dependencies: Dependencies,
): Promise<Delivery> {
  const entry = await findEntry(organizationNumber, change, dependencies);
  if (entry === undefined) return 'FOREIGN';
  const isRecordedJob = entry.created?.signatureJobId === change.signatureJobId;
  if (!isRecordedJob && !mayBeOurs(entry)) return 'FOREIGN';
  const workflowId = signingWorkflowId(organizationNumber, entry.reference);
  try {
    await dependencies.temporal.workflow.getHandle(workflowId).signal(statusChangeSignal, { change });
    return isRecordedJob ? 'SIGNALLED' : 'HELD';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    if (!isRecordedJob) return 'FOREIGN';
    return entry.settled === undefined ? 'STRANDED' : 'SETTLED';
  }
}

async function findEntry(
  organizationNumber: string,
  { reference, signatureJobId }: PortalStatusChange,
  { ledger }: Dependencies,
): Promise<LedgerEntry | undefined> {
  const named = reference === undefined ? undefined : await ledger.find({ organizationNumber, reference });
  return named ?? (await ledger.findByJobId(organizationNumber, 'PORTAL', signatureJobId));
}

/** A job of another id can be ours when an attempt to create it ended in doubt, or has not been settled yet. */
function mayBeOurs({ attempts, created }: LedgerEntry): boolean {
  return created === undefined
    ? attempts.length > 0
    : attempts.some(({ outcome }) => outcome === 'AMBIGUOUS');
}
