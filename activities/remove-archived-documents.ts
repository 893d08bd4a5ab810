import { log } from '@temporalio/activity';
import { MOST_RETENTION_ITEMS, type RetentionItem, type RetentionPart } from '@signering/contract';
import { DAY_MS, SigningError } from '@signering/schema';
import {
  isFaultOfOneEntry,
  isSettledForGood,
  StoredContentDamagedError,
  type JobErasure,
  type LedgerEntry,
  type LegalHolds,
  type RemovableJob,
} from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import type { RetentionStep } from './remove-documents.js';

type Dependencies = Pick<
  ActivityDependencies,
  'archive' | 'ledger' | 'retention' | 'onRetention' | 'senders'
> & {
  readonly holds: Pick<LegalHolds, 'find'>;
  readonly erasure: Pick<JobErasure, 'removeExpired'>;
};

/** What retention found out about an archived job. */
type Judged =
  | { readonly decision: 'REMOVE' | 'HELD' | 'RETAINED'; readonly entry: LedgerEntry; readonly since: string }
  | { readonly decision: 'OPEN' | 'KEEP' };

export const createRemoveArchivedDocumentsActivity = ({
  archive,
  ledger,
  holds,
  erasure,
  retention,
  onRetention,
  senders,
}: Dependencies) => {
  async function judge(job: RemovableJob, settledBefore: string): Promise<Judged> {
    if ('unreadable' in job) throw job.unreadable;
    const entry = await ledger.find(job.receipt);
    if (entry?.settled?.folder !== job.folder) {
      throw new StoredContentDamagedError(`the ledger entry of ${job.folder}`, 'does not name this folder');
    }
    if (!isSettledForGood(entry) || job.isOpen) return { decision: 'OPEN' };
    if ((entry.erasing ?? entry.erased) !== undefined) return { decision: 'KEEP' };
    const { settledAt: since } = entry.settled;
    if (since > settledBefore || (job.duplicateArchivedAt ?? '') > settledBefore) return { decision: 'KEEP' };
    if ((await holds.find(entry)) !== undefined) return { decision: 'HELD', entry, since };
    const isRetained = (entry.archiveRemoval?.retainedUntil ?? '') > new Date().toISOString();
    return { decision: isRetained ? 'RETAINED' : 'REMOVE', entry, since };
  }

  /** @returns what kept the documents, if anything did */
  async function remove(entry: LedgerEntry): Promise<'HELD' | 'RETAINED' | undefined> {
    const before = entry.archiveRemoval;
    const at = new Date().toISOString();
    const begun =
      before === undefined || before.incomplete === true
        ? await ledger.advance(entry, { archiveRemoval: { at } })
        : entry;
    const archiveRemoval = { at, incomplete: true } as const;
    // A hold that was placed at the same time.
    if ((await holds.find(entry)) !== undefined) {
      await ledger.advance(begun, { archiveRemoval });
      return 'HELD';
    }
    const retained = await erasure.removeExpired(begun);
    if (retained === undefined) return undefined;
    await ledger.advance(begun, { archiveRemoval: { ...archiveRemoval, retainedUntil: retained.until } });
    return 'RETAINED';
  }

  /** What concerns one job leaves the others alone. */
  async function unlessOfOneJob<T>(action: () => Promise<T>): Promise<T | SigningError> {
    try {
      return await action();
    } catch (error) {
      const isOfOne = error instanceof SigningError && error.code === 'LEDGER_CONFLICT';
      if (isOfOne || isFaultOfOneEntry(error)) return error;
      throw error;
    }
  }

  return {
    /**
     * Removes signed documents and `metadata.json` of jobs that were settled as many days ago as the setting says; receipt
     * and ledger stay. The ledger records the removal before the first file is gone. Safe to repeat.
     * @throws STORAGE_UNAVAILABLE (retryable)
     */
    removeArchivedDocuments: async ({ dryRun }: RetentionStep): Promise<RetentionPart | undefined> => {
      const afterDays = retention?.archiveDays;
      if (afterDays === undefined) return undefined;
      const settledBefore = new Date(Date.now() - afterDays * DAY_MS).toISOString();
      const counts = { removed: 0, inUse: 0, held: 0, refused: 0 };
      const items: RetentionItem[] = [];

      const refuse = ({ folder }: RemovableJob, facts: Readonly<Record<string, unknown>>): 'refused' => {
        if (!dryRun) {
          onRetention?.({ what: 'archive', result: 'refused' });
          log.warn('The archived documents of a job could not be removed.', { folder, ...facts });
        }
        return 'refused';
      };

      const visit = async (job: RemovableJob): Promise<keyof typeof counts | undefined> => {
        const judged = await unlessOfOneJob(() => judge(job, settledBefore));
        if (judged instanceof SigningError) return refuse(job, { code: judged.code, error: judged });
        if (!('entry' in judged)) return judged.decision === 'OPEN' ? 'inUse' : undefined;
        const { decision, entry, since } = judged;
        const { reference } = entry;
        if (dryRun && decision !== 'RETAINED' && items.length < MOST_RETENTION_ITEMS) {
          items.push({ decision, reference, since });
        }
        const kept = decision === 'REMOVE' && !dryRun ? await unlessOfOneJob(() => remove(entry)) : decision;
        if (kept instanceof SigningError) return refuse(job, { reference, code: kept.code, error: kept });
        if (kept === 'RETAINED') return refuse(job, { reference, reason: 'the store retains a file' });
        if (kept === 'HELD') return 'held';
        if (!dryRun) {
          onRetention?.({ what: 'archive', result: 'removed' });
          log.info('The archived documents of a job were removed.', { reference, settledAt: since });
        }
        return 'removed';
      };

      const removable = archive.listRemovable({ organizations: senders, createdUntil: settledBefore });
      for await (const job of removable) {
        const result = await visit(job);
        if (result !== undefined) counts[result] += 1;
      }
      return { afterDays, ...counts, more: false, ...(dryRun && { items }) };
    },
  };
};
