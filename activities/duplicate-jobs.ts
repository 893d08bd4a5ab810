import {
  duplicateSigningOptionsOf,
  portalStatusChangeSignal,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type DuplicateSigningInput,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { demandStorageId, settledJobOf, type LedgerEntry } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/**
 * True for a job that an attempt in doubt of this reference has made: it carries the reference, an attempt is recorded
 * as ambiguous, and the signers are those that were asked.
 */
export function isDuplicate(
  { attempts, created }: LedgerEntry,
  named: readonly string[] | undefined,
): boolean {
  if (created?.maskedSigners === undefined) return false;
  if (!attempts.some(({ outcome }) => outcome === 'AMBIGUOUS')) return false;
  if (named === undefined) return created.maskedSigners.length === 1;
  return comparable(named) === comparable(created.maskedSigners);
}

/** The service names signers in any order, and writes addresses in letters of its own. */
function comparable(signers: readonly string[]): string {
  return JSON.stringify(signers.map((signer) => signer.toLowerCase()).sort());
}

/** Hands a duplicate that surfaced when its reference was settled to a workflow of its own. Safe to repeat. */
export async function startDuplicateSigning(
  entry: LedgerEntry,
  change: PortalStatusChange,
  { temporal, storageIdentity }: Pick<ActivityDependencies, 'temporal' | 'storageIdentity'>,
): Promise<void> {
  const { organizationNumber, reference, pollingQueue = '', documents } = entry;
  const settledJob = settledJobOf(entry);
  if (settledJob === undefined) return;
  const { signatureJobId } = change;
  const input: DuplicateSigningInput = {
    version: 1,
    organizationNumber,
    reference,
    pollingQueue,
    settledJob: { signatureJobId: settledJob.signatureJobId, createdAt: settledJob.createdAt },
    signatureJobId,
    sent: documents,
    storageId: await demandStorageId(storageIdentity),
  };
  await temporal.workflow.signalWithStart(WORKFLOW_TYPES.duplicateSigning, {
    ...duplicateSigningOptionsOf(input),
    taskQueue: TASK_QUEUE,
    signal: portalStatusChangeSignal,
    signalArgs: [{ change }],
  });
}
