import { WorkflowNotFoundError } from '@temporalio/client';
import { signingWorkflowId, type JobIdentity } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { settledJobOf, type LedgerEntry, type ReferenceLedger } from '@signering/storage';
import { archiveFaultOf } from './archive-fault.js';
import { classifyStatusChange, type Delivery } from './classify-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import type { FlowQueue, PolledChange } from './flow-queues.js';
import type { RepeatedSignals } from './repeated-signals.js';

type Dependencies = Pick<ActivityDependencies, 'archive' | 'ledger' | 'temporal'>;

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
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable), DOCUMENT_MISSING for a settled job whose archive is
 * incomplete, KEY_MISMATCH for one whose archive cannot be decrypted, and the errors of Temporal's client
 */
export async function deliverStatusChange<Change extends PolledChange>(
  change: Change,
  { organizationNumber, flow, queue, repeated }: DeliverOptions<Change>,
  { archive, ledger, temporal }: Dependencies,
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
  // The archive may be older than the ledger: after the confirmation the service may delete the only copy.
  if (afterEnd === 'SETTLED') await demandArchive(entry, archive);
  if (afterEnd === 'DUPLICATE') await queue.startDuplicateSigning(entry, change);
  return afterEnd;
}

async function demandArchive(entry: LedgerEntry, archive: Dependencies['archive']): Promise<void> {
  const job = settledJobOf(entry);
  // An erasure and the retention remove the documents of a confirmed job.
  if (job === undefined || (entry.erased ?? entry.erasing ?? entry.archiveRemoval) !== undefined) return;
  const fault = await archiveFaultOf(job, archive);
  if (fault === undefined) return;
  const { reference, signatureJobId } = job;
  throw new SigningError(
    fault.code,
    `The final change of job ${signatureJobId} (reference "${reference}") was not confirmed: the ledger says that it is ` +
      `archived, and ${fault.what}. ${fault.remedy}`,
    { reference, signatureJobId, cause: fault.cause },
  );
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
