import {
  duplicateSigningOptionsOf,
  portalStatusChangeSignal,
  WORKFLOW_TYPES,
  type DuplicateSigningInput,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { demandStorageId, settledJobOf, type LedgerEntry } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** Starts the workflow that withdraws and archives a duplicate, and signals it the change. Safe to repeat. */
export async function startDuplicateSigning(
  entry: LedgerEntry,
  change: PortalStatusChange,
  {
    temporal,
    taskQueue,
    storageIdentity,
    webhookReceivers = [],
  }: Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'storageIdentity' | 'webhookReceivers'>,
): Promise<void> {
  const { organizationNumber, reference, pollingQueue = '', contentDigest = '', documents } = entry;
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
    contentDigest,
    sent: documents,
    storageId: await demandStorageId(storageIdentity),
    ...(webhookReceivers.length > 0 && { webhooks: true }),
  };
  await temporal.workflow.signalWithStart(WORKFLOW_TYPES.duplicateSigning, {
    ...duplicateSigningOptionsOf(input),
    taskQueue,
    signal: portalStatusChangeSignal,
    signalArgs: [{ change }],
  });
}
