import { WorkflowNotFoundError } from '@temporalio/client';
import { signingWorkflowId, type Flow } from '@signering/contract';
import { settledJobOf, type LedgerEntry, type ReferenceLedger } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { isDuplicate } from './duplicate-jobs.js';
import type { FlowQueue, PolledChange } from './flow-queues.js';
import type { RepeatedSignals } from './repeated-signals.js';

/**
 * Where a status change went.
 * SIGNALLED: a workflow has it, and takes care of it if it is final. HELD: the reference's workflow has it, but whether
 * the job is ours is not settled. SETTLED: it is archived. STRANDED: it is ours, and its workflow is gone with nothing
 * archived. GHOST: a direct job that an attempt in doubt has made, and that comes to nothing, for nobody has its URLs.
 * DUPLICATE: such a job of the portal flow, which surfaced when its reference was settled. FOREIGN: nobody here knows
 * the job.
 */
export type Delivery = 'SIGNALLED' | 'HELD' | 'SETTLED' | 'STRANDED' | 'GHOST' | 'DUPLICATE' | 'FOREIGN';

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'temporal'>;

/** Names the job of a status change. */
export interface ChangedJob {
  readonly organizationNumber: string;
  readonly flow: Flow;
  /** Absent where the service told none. */
  readonly reference?: string;
  readonly signatureJobId: string;
}

/** What a status change is delivered with. */
export interface DeliverOptions<Change extends PolledChange> {
  readonly organizationNumber: string;
  readonly flow: Flow;
  readonly queue: FlowQueue<Change>;
  /** What was signalled before. */
  readonly repeated: RepeatedSignals;
}

/**
 * Finds the workflow a status change belongs to, by its reference, else by its job id, and signals it. A duplicate that
 * surfaced when its reference was settled gets a separate workflow.
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable), and what Temporal's client throws
 */
export async function deliverStatusChange<Change extends PolledChange>(
  change: Change,
  { organizationNumber, flow, queue, repeated }: DeliverOptions<Change>,
  { ledger, temporal }: Dependencies,
): Promise<Delivery> {
  const { signatureJobId } = change;
  const entry = await findEntryOf({ ...change, organizationNumber, flow }, ledger);
  if (entry?.flow !== flow) return 'FOREIGN';
  const ours =
    entry.created?.signatureJobId === signatureJobId || isDuplicate(entry, queue.maskedSignersOf(change));
  // Whether it is, is known when the create is settled.
  const mayBeOurs = entry.created === undefined && entry.attempts.length > 0;
  if (!ours && !mayBeOurs) return 'FOREIGN';
  const isGhost = ours && flow === 'DIRECT' && entry.created?.signatureJobId !== signatureJobId;
  try {
    const workflowId = signingWorkflowId(organizationNumber, entry.reference);
    const workflow = temporal.workflow.getHandle(workflowId);
    if (await repeated.isNeeded(change, workflow)) await workflow.signal(queue.signal, { change });
    return isGhost ? 'GHOST' : ours ? 'SIGNALLED' : 'HELD';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    if (isGhost) return 'GHOST';
    if (!ours) return 'FOREIGN';
    const settled = settledJobOf(entry);
    if (settled === undefined) return 'STRANDED';
    if (settled.signatureJobId === signatureJobId) return 'SETTLED';
    await queue.settleDuplicate(entry, change);
    return 'DUPLICATE';
  }
}

/**
 * Finds the ledger entry of a changed job, by its reference, else by its job id.
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
 */
export async function findEntryOf(
  { organizationNumber, flow, reference, signatureJobId }: ChangedJob,
  ledger: ReferenceLedger,
): Promise<LedgerEntry | undefined> {
  const named = reference === undefined ? undefined : await ledger.find({ organizationNumber, reference });
  return named ?? ledger.findByJobId(organizationNumber, flow, signatureJobId);
}
