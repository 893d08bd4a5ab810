import { WorkflowNotFoundError } from '@temporalio/client';
import { signingWorkflowId, type JobIdentity } from '@signering/contract';
import type { LedgerEntry, ReferenceLedger } from '@signering/storage';
import { classifyStatusChange, type Delivery } from './classify-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import type { FlowQueue, PolledChange } from './flow-queues.js';
import type { RepeatedSignals } from './repeated-signals.js';

type Dependencies = Pick<ActivityDependencies, 'ledger' | 'temporal'>;

/** Names the job of a status change; the service omits the reference of a job that was created without one. */
export interface ChangedJob extends Omit<JobIdentity, 'reference'>, Partial<Pick<JobIdentity, 'reference'>> {
  readonly signatureJobId: string;
}

/** What {@link deliverStatusChange} delivers with. */
export interface DeliverOptions<Change extends PolledChange> extends Omit<JobIdentity, 'reference'> {
  readonly queue: FlowQueue<Change>;
  /** The signals that were sent before. */
  readonly repeated: RepeatedSignals;
}

/**
 * Signals the workflow of a status change, found by its reference, else by its job id. Starts a separate workflow for a
 * duplicate of a settled reference.
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable), and the errors of Temporal's client
 */
export async function deliverStatusChange<Change extends PolledChange>(
  change: Change,
  { organizationNumber, flow, queue, repeated }: DeliverOptions<Change>,
  { ledger, temporal }: Dependencies,
): Promise<Delivery> {
  const { signatureJobId } = change;
  const entry = await findEntryOf({ ...change, organizationNumber, flow }, ledger);
  if (entry === undefined) return 'FOREIGN';
  const facts = { flow, signatureJobId, maskedSigners: queue.maskedSignersOf(change) };
  const delivery = classifyStatusChange(facts, entry, 'RUNNING');
  if (delivery === 'FOREIGN') return delivery;
  try {
    const workflow = temporal.workflow.getHandle(signingWorkflowId(organizationNumber, entry.reference));
    if (await repeated.isNeeded(change, workflow)) await workflow.signal(queue.signal, { change });
    return delivery;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  const afterEnd = classifyStatusChange(facts, entry, 'ENDED');
  if (afterEnd === 'DUPLICATE') await queue.startDuplicateSigning(entry, change);
  return afterEnd;
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
