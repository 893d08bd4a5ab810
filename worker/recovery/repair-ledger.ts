import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { claimOf, recordConfirmation, recordOf, settleReference } from '@signering/activities';
import {
  SIGNED_DOCUMENTS_DAYS,
  SIGNING_JOB_ID,
  SIGNING_REFERENCE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import {
  isSettledForGood,
  type LedgerEntry,
  type LedgerKey,
  type LedgerProgress,
  type ReferenceLedger,
  type Storage,
} from '@signering/storage';
import { readSigningHistory, type SigningHistory } from './signing-history.js';

/** What is compared. */
export interface RepairLedgerOptions {
  readonly storage: Pick<Storage, 'ledger' | 'archive'>;
  readonly temporal: Client;
  readonly encryption: JsonEncryption;
}

/** What storage lacked of a job, and what became of it. */
export interface LedgerRepair {
  readonly organizationNumber: string;
  readonly reference: string;
  /** Names of archived documents that storage does not have any more. */
  readonly missing: readonly string[];
  /**
   * LEDGER_WRITTEN: the ledger knows the job again. WORKFLOW_ENDED: its workflow has ended or was terminated, so that a new
   * one archives the documents again. CONFIRMATION_IN_DOUBT: the same, and the service may have received a confirmation and
   * deleted them. DOCUMENTS_LOST: the job was confirmed, and the service may have deleted them.
   */
  readonly repair: 'LEDGER_WRITTEN' | 'WORKFLOW_ENDED' | 'CONFIRMATION_IN_DOUBT' | 'DOCUMENTS_LOST';
}

/**
 * Compares a workflow with storage that was restored from a backup, and writes what the ledger lacks.
 * @returns undefined if storage lacks nothing
 */
export async function repairLedgerOf(
  workflow: WorkflowExecutionInfo,
  organizationNumber: string,
  options: RepairLedgerOptions,
): Promise<LedgerRepair | undefined> {
  const { storage, temporal } = options;
  const reference = workflow.typedSearchAttributes.get(SIGNING_REFERENCE) ?? '';
  const key = { organizationNumber, reference };
  const found = await storage.ledger.find(key);
  // An erasure removes the documents, and Temporal may still have the history.
  if ((found?.erased ?? found?.erasing) !== undefined) return undefined;
  if (found !== undefined && !(await isOlder(found, workflow, options))) return undefined;
  const history = await historyOf(workflow, temporal);
  const missing = await missingDocuments(history, storage);
  const isOpen = workflow.closeTime === undefined;
  const isConfirmed = history.isConfirmed || found?.confirmedAt !== undefined;
  const archivesAgain = missing.length > 0 && !isConfirmed && workflow.status.name !== 'COMPLETED';
  const written = await writeLedger(found, { history, withSettlement: !archivesAgain }, options);
  if (archivesAgain) {
    if (found?.settled !== undefined) {
      await reopen(found, storage.ledger);
      // An entry with nothing to confirm was in no list of unsettled entries.
      await storage.ledger.claim(await claimOf(history.job, options.encryption));
    }
    const reason = `Storage was restored without ${missing.join(', ')}: a new workflow archives again.`;
    if (isOpen) await terminate(temporal, workflow, reason);
    // The poller of its queue confirms a settled job whose workflow has ended.
    const isInDoubt = history.mayBeConfirmed || (!isOpen && history.mayBeSettled);
    return { ...key, missing, repair: isInDoubt ? 'CONFIRMATION_IN_DOUBT' : 'WORKFLOW_ENDED' };
  }
  if (missing.length > 0) return { ...key, missing, repair: 'DOCUMENTS_LOST' };
  return written ? { ...key, missing, repair: 'LEDGER_WRITTEN' } : undefined;
}

/**
 * Ends a workflow that waits for the end of a job, while the ledger has it: Temporal was restored from a backup. The service
 * does not hand out a confirmed change again.
 * @returns whether it was such a workflow
 */
export async function endIfSettled(
  workflow: WorkflowExecutionInfo,
  key: LedgerKey,
  { storage, temporal }: RepairLedgerOptions,
): Promise<boolean> {
  if (workflow.closeTime !== undefined) return false;
  const entry = await storage.ledger.find(key);
  if (entry === undefined || !isSettledForGood(entry)) return false;
  // With a settlement in its history it goes on by itself.
  if ((await historyOf(workflow, temporal)).mayBeSettled) return false;
  await terminate(temporal, workflow, 'Temporal was restored, and the ledger has the outcome of the job.');
  return true;
}

function historyOf(
  { type, workflowId, runId }: WorkflowExecutionInfo,
  temporal: Client,
): Promise<SigningHistory> {
  const flow = type === WORKFLOW_TYPES.directSigning ? 'DIRECT' : 'PORTAL';
  return readSigningHistory(temporal, { flow, workflowId, runId });
}

/** Idempotent: a second run of the command may have terminated it. */
async function terminate(
  temporal: Client,
  { workflowId, runId }: WorkflowExecutionInfo,
  reason: string,
): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId, runId).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Takes back the settlement of an entry whose documents are not in the archive, so that its workflow is started again. */
export function reopen({ settled: _, ...entry }: LedgerEntry, ledger: ReferenceLedger): Promise<LedgerEntry> {
  return ledger.advance(entry, {});
}

/** Whether the ledger may lack something that the workflow knows, or the archive a document. */
async function isOlder(
  { created, settled, confirmedAt, archiveRemoval, ...key }: LedgerEntry,
  { status, typedSearchAttributes }: WorkflowExecutionInfo,
  { storage }: RepairLedgerOptions,
): Promise<boolean> {
  // What retention removed is not archived again.
  if (archiveRemoval !== undefined) return false;
  if (created === undefined) {
    // Search attributes lag the history: the worker may have been killed after the creation and before it set them.
    const mayBeCreated = status.name !== 'FAILED' && status.name !== 'CANCELLED';
    return mayBeCreated || typedSearchAttributes.get(SIGNING_JOB_ID) != null;
  }
  // Search attributes do not show a workflow that archives, unless it lasts.
  if (
    status.name !== 'COMPLETED' ||
    settled === undefined ||
    (confirmedAt === undefined && settled.nothingToConfirm !== true)
  )
    return true;
  const job = {
    ...key,
    ...created,
    ...(settled.signatureJobId && { signatureJobId: settled.signatureJobId }),
  };
  return (await storage.archive.readReceipt(job)) === undefined;
}

async function missingDocuments(
  { archivedJob, archived, settled }: SigningHistory,
  { archive }: RepairLedgerOptions['storage'],
): Promise<readonly string[]> {
  if (archivedJob === undefined) return [];
  const missing: string[] = [];
  for (const { name, sha256 } of archived) {
    if ((await archive.find(archivedJob, name))?.sha256 !== sha256) missing.push(name);
  }
  if (settled !== undefined && (await archive.readReceipt(archivedJob)) === undefined)
    missing.push('receipt.json');
  return missing;
}

/** Writes what the entry lacks. @returns whether it lacked something */
async function writeLedger(
  found: LedgerEntry | undefined,
  { history, withSettlement }: { readonly history: SigningHistory; readonly withSettlement: boolean },
  { storage: { ledger }, encryption }: RepairLedgerOptions,
): Promise<boolean> {
  const { job, created, settled, isConfirmed } = history;
  const entry = found ?? (await ledger.claim(await claimOf(job, encryption)));
  let written = found === undefined;
  if (entry.created === undefined && created !== undefined) {
    await ledger.advance(entry, await creationOf(created, encryption));
    written = true;
  }
  if (!withSettlement || settled === undefined) return written;
  if (entry.settled === undefined) {
    // Without the time of the change, because this is no measurement of an archive.
    const { changedAt: _, ...settlement } = settled;
    await settleReference(settlement, { ledger });
    written = true;
  }
  if (entry.confirmedAt === undefined && isConfirmed) {
    await recordConfirmation(entry, ledger);
    written = true;
  }
  return written;
}

async function creationOf(
  { kind: _, ambiguousAttempts, webhooks: __, ...made }: SigningHistory['created'] & object,
  encryption: JsonEncryption,
): Promise<Partial<LedgerProgress>> {
  const attempt = Math.max(0, ...ambiguousAttempts.map((one) => one.attempt)) + 1;
  return {
    created: await recordOf(made, encryption),
    attempts: [
      ...ambiguousAttempts.map((one) => ({ ...one, outcome: 'AMBIGUOUS' as const })),
      { attempt, startedAt: made.createdAt, outcome: 'CREATED' },
    ],
  };
}

/** What an operator does about documents that are lost. */
export const LOST_DOCUMENTS_REMEDY = `Restore them from a newer copy of the archive, or download them from the service's sender portal, which keeps them ${SIGNED_DOCUMENTS_DAYS} days.`;
