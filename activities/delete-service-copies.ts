import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { log } from '@temporalio/activity';
import {
  documentDeletionOptionsOf,
  GRPC_STATUS,
  grpcStatusOf,
  MOST_RETENTION_ITEMS,
  SIGNED_DOCUMENTS_DAYS,
  WORKFLOW_TYPES,
  type RetentionItem,
  type RetentionPart,
} from '@signering/contract';
import { DAY_MS, SigningError } from '@signering/schema';
import { demandStorageId, isFaultOfOneEntry, type LedgerEntry, type LedgerKey } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import type { RetentionStep } from './remove-documents.js';

/** Deletions of one run: at most so many requests, refused ones included. */
const MOST_DELETIONS = 1000;
/** A deletion reads all archived documents of a job, then makes one call. */
const DELETED_WITHIN_MS = 2 * 60_000;

type Dependencies = Pick<
  ActivityDependencies,
  | 'archive'
  | 'ledger'
  | 'holds'
  | 'retention'
  | 'onRetention'
  | 'temporal'
  | 'taskQueue'
  | 'storageIdentity'
  | 'senders'
>;

export const createDeleteServiceCopiesActivity = (dependencies: Dependencies) => {
  const { archive, ledger, holds, retention, onRetention, senders } = dependencies;

  /**
   * Settled entries whose copies the service still has, and whose time has come. Each run has another order: refused ones use
   * up the limit of a run, and in one order the same ones would do so every day.
   */
  async function* dueEntries(afterDays: number): AsyncGenerator<LedgerEntry> {
    const now = Date.now();
    const [from, until] = [now - SIGNED_DOCUMENTS_DAYS * DAY_MS, now - afterDays * DAY_MS];
    const keys: LedgerKey[] = [];
    for await (const key of archive.listSettled(new Date(from).toISOString())) {
      if (senders.has(key.organizationNumber)) keys.push(key);
    }
    for (const key of inRandomOrder(keys)) {
      const entry = await readable(() => ledger.find(key));
      const settledAt = Date.parse(entry?.settled?.settledAt ?? '');
      if (entry !== undefined && isDeletable(entry) && settledAt >= from && settledAt <= until) yield entry;
    }
  }

  return {
    /**
     * Deletes the service's copies of archived jobs that were settled as many days ago as the setting says, one after the other,
     * by the workflow `documentDeletion`, which reads the archive back first. A refused one is tried again by the next run.
     * Safe to repeat.
     * @throws STORAGE_UNAVAILABLE (retryable)
     */
    deleteServiceCopies: async ({ dryRun }: RetentionStep): Promise<RetentionPart | undefined> => {
      const afterDays = retention?.serviceCopiesDays;
      if (afterDays === undefined) return undefined;
      const counts = { removed: 0, held: 0, refused: 0 };
      const items: RetentionItem[] = [];
      const result = (more: boolean, stopped?: string): RetentionPart => ({
        afterDays,
        inUse: 0,
        ...counts,
        more,
        ...(stopped !== undefined && { stopped }),
        ...(dryRun && { items }),
      });
      for await (const entry of dueEntries(afterDays)) {
        if (!dryRun && counts.removed + counts.refused === MOST_DELETIONS) return result(true);
        const { reference, settled } = entry;
        // A hold that cannot be read may be one.
        const isHeld = await holds.find(entry).catch((error: unknown) => {
          if (isFaultOfOneEntry(error)) return true;
          throw error;
        });
        if (dryRun && items.length < MOST_RETENTION_ITEMS) {
          const decision = isHeld === undefined ? 'REMOVE' : 'HELD';
          items.push({ decision, reference, since: settled?.settledAt ?? '' });
        }
        if (isHeld !== undefined) {
          counts.held += 1;
          continue;
        }
        const outcome = dryRun ? 'DELETED' : await deleteCopies(entry, dependencies);
        if (outcome === 'DELETED') {
          counts.removed += 1;
          if (dryRun) continue;
          onRetention?.({ what: 'service_copy', result: 'removed' });
          log.info("The service's documents of a job were deleted.", { reference });
        } else if (outcome === 'UNANSWERED') {
          onRetention?.({ what: 'service_copy', result: 'stopped' });
          return result(true, 'the service or a worker does not answer; the deletion under way continues');
        } else {
          counts.refused += 1;
          onRetention?.({ what: 'service_copy', result: 'refused' });
          log.warn("The service's documents of a job could not be deleted.", {
            reference,
            code: outcome.code,
          });
        }
      }
      return result(false);
    },
  };
};

function inRandomOrder<T>(values: readonly T[]): readonly T[] {
  const drawn = values.map((value) => ({ value, at: Math.random() }));
  return drawn.sort((one, other) => one.at - other.at).map(({ value }) => value);
}

/** Whether the service may have documents of a job that it lets us delete. */
function isDeletable({ settled, confirmedAt, documentsDeletedAt }: LedgerEntry): boolean {
  if (settled?.outcome !== 'SIGNED' || settled.deleteDocumentsUrl === undefined) return false;
  return documentsDeletedAt === undefined && (confirmedAt !== undefined || settled.nothingToConfirm === true);
}

/** Undefined for what only an operator can make readable; the walk through open jobs and doctor report it. */
async function readable<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isFaultOfOneEntry(error)) return undefined;
    throw error;
  }
}

/** Orders the deletion as an operator does, and waits for it. */
async function deleteCopies(
  { organizationNumber, reference, flow }: LedgerEntry,
  { temporal, taskQueue, storageIdentity }: Pick<Dependencies, 'temporal' | 'taskQueue' | 'storageIdentity'>,
): Promise<'DELETED' | 'UNANSWERED' | { readonly code: string }> {
  const storageId = await demandStorageId(storageIdentity);
  const input = { version: 1, organizationNumber, reference, storageId } as const;
  try {
    await withinTime(temporal, async () => {
      const options = { ...documentDeletionOptionsOf(input, flow), taskQueue };
      const handle = await temporal.workflow.start(WORKFLOW_TYPES.documentDeletion, options);
      await handle.result();
    });
    return 'DELETED';
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { code: codeOf(error) };
    if (grpcStatusOf(error) === GRPC_STATUS.DEADLINE_EXCEEDED) return 'UNANSWERED';
    throw error;
  }
}

function withinTime<T>(temporal: Client, action: () => Promise<T>): Promise<T> {
  return temporal.withDeadline(Date.now() + DELETED_WITHIN_MS, action);
}

/** The code of the error that ended a workflow. */
function codeOf({ cause }: WorkflowFailedError): string {
  const failure = cause?.cause ?? cause;
  if (failure instanceof ApplicationFailure) return failure.type ?? 'UNKNOWN';
  return failure instanceof SigningError ? failure.code : 'UNKNOWN';
}
