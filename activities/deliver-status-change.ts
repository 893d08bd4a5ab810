import { WorkflowNotFoundError } from '@temporalio/client';
import { signingWorkflowId, type Flow } from '../contract/index.js';
import type { LedgerEntry } from '../storage/index.js';
import type { ActivityDependencies } from './dependencies.js';
import type { FlowQueue, PolledChange } from './flow-queues.js';

/**
 * Where a status change went.
 * SIGNALLED: the recorded job's workflow has it. HELD: its workflow has it, but whether the job is ours is not settled.
 * SETTLED: its workflow has ended with everything in the archive. STRANDED: it is ours, and its workflow is gone with
 * nothing archived. GHOST: a direct job of ours that an attempt in doubt made and nobody can sign, for nobody has its
 * URLs. FOREIGN: nobody here knows the job.
 */
export type Delivery = 'SIGNALLED' | 'HELD' | 'SETTLED' | 'STRANDED' | 'GHOST' | 'FOREIGN';

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'temporal'>;

/** What a status change is delivered with. */
export interface DeliverOptions<Change extends PolledChange> {
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly queue: FlowQueue<Change>;
}

/** Finds the workflow a status change belongs to, by its reference, else by its job id, and signals it. */
export async function deliverStatusChange<Change extends PolledChange>(
  change: Change,
  { organizationNumber, flow, queue }: DeliverOptions<Change>,
  { ledger, temporal }: Dependencies,
): Promise<Delivery> {
  const { reference, signatureJobId } = change;
  const named = reference === undefined ? undefined : await ledger.find({ organizationNumber, reference });
  const entry = named ?? (await ledger.findByJobId(organizationNumber, flow, signatureJobId));
  if (entry?.flow !== flow) return 'FOREIGN';
  const isRecordedJob = entry.created?.signatureJobId === signatureJobId;
  if (!isRecordedJob && !mayBeOurs(entry)) return 'FOREIGN';
  const isGhost = !isRecordedJob && queue.isGhost(entry, change);
  const workflowId = signingWorkflowId(organizationNumber, entry.reference);
  try {
    await temporal.workflow.getHandle(workflowId).signal(queue.signal, { change });
    return isGhost ? 'GHOST' : isRecordedJob ? 'SIGNALLED' : 'HELD';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    if (isGhost) return 'GHOST';
    if (!isRecordedJob) return 'FOREIGN';
    return entry.settled === undefined ? 'STRANDED' : 'SETTLED';
  }
}

/** A job of another id can be ours when an attempt to create it ended in doubt, or has not been settled yet. */
function mayBeOurs({ attempts, created }: LedgerEntry): boolean {
  return created === undefined
    ? attempts.length > 0
    : attempts.some(({ outcome }) => outcome === 'AMBIGUOUS');
}
