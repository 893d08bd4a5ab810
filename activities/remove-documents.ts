import { log } from '@temporalio/activity';
import { MOST_RETENTION_ITEMS, type RetentionItem, type RetentionPart } from '@signering/contract';
import { DAY_MS } from '@signering/schema';
import type { StoredDocument } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { protectedJobs } from './protected-jobs.js';

/** The argument of the activities of retention. */
export interface RetentionStep {
  /** Only lists what would be removed. */
  readonly dryRun: boolean;
}

/** Documents between two looks at the ledger and the holds, so that a new one counts at once. */
const AT_ONCE = 500;

/** The digests of the documents that must stay. */
interface NeededDocuments {
  readonly inUse: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
  /** Jobs whose hold cannot be read, with the code: it counts as a hold. */
  readonly unreadableHolds: ReadonlyMap<string, string>;
}

type Dependencies = Pick<
  ActivityDependencies,
  'documents' | 'ledger' | 'holds' | 'retention' | 'onRetention'
>;

export const createRemoveDocumentsActivity = ({
  documents,
  ledger,
  holds,
  retention,
  onRetention,
}: Dependencies) => {
  /** @returns why nothing may be removed, where it is unknown what must stay */
  async function neededDocuments(): Promise<NeededDocuments | { readonly stopped: string }> {
    const digests = { OPEN: new Set<string>(), HELD: new Set<string>() };
    const unreadableHolds = new Map<string, string>();
    const unreadable = { OPEN: 0, HELD: 0 };
    for await (const job of protectedJobs({ ledger, holds })) {
      if ('unreadable' in job) {
        unreadable[job.because] += 1;
        continue;
      }
      const { because, entry, unreadableHold } = job;
      for (const { sha256 } of entry.documents) digests[because].add(sha256);
      if (unreadableHold !== undefined) unreadableHolds.set(entry.reference, unreadableHold.code);
    }
    if (unreadable.OPEN > 0)
      return { stopped: `${unreadable.OPEN} ledger entries of open jobs cannot be read` };
    if (unreadable.HELD > 0)
      return { stopped: `${unreadable.HELD} ledger entries of jobs with a legal hold cannot be read` };
    return { inUse: digests.OPEN, held: digests.HELD, unreadableHolds };
  }

  return {
    /**
     * Removes the documents to sign that no open job and no legal hold names, and that were not put for the days of the
     * setting. Removes nothing while an entry cannot be read, because it is unknown what it names. Safe to repeat.
     * @throws STORAGE_UNAVAILABLE (retryable)
     */
    removeDocuments: async ({ dryRun }: RetentionStep): Promise<RetentionPart | undefined> => {
      const afterDays = retention?.documentsDays;
      if (afterDays === undefined) return undefined;
      const putBefore = new Date(Date.now() - afterDays * DAY_MS).toISOString();
      const counts = { removed: 0, inUse: 0, held: 0 };
      const items: RetentionItem[] = [];
      const note = (decision: RetentionItem['decision'], { sha256, size, putAt }: StoredDocument): void => {
        if (items.length < MOST_RETENTION_ITEMS) items.push({ decision, sha256, size, since: putAt });
      };

      const visit = async (document: StoredDocument, needed: NeededDocuments): Promise<void> => {
        const { sha256, size, putAt } = document;
        if (needed.held.has(sha256)) {
          counts.held += 1;
          note('HELD', document);
        } else if (needed.inUse.has(sha256)) {
          counts.inUse += 1;
        } else if (dryRun) {
          counts.removed += 1;
          note('REMOVE', document);
        } else if (await documents.removeUnused(document, putBefore)) {
          counts.removed += 1;
          onRetention?.({ what: 'document', result: 'removed' });
          log.info('A document was removed: no open job names it.', { sha256, size, putAt });
        }
      };

      const part = { afterDays, refused: 0, more: false };
      const warned = new Set<string>();
      for await (const old of batches(oldDocuments(putBefore), AT_ONCE)) {
        const needed = await neededDocuments();
        if ('stopped' in needed) {
          log.error('No documents are removed.', { reason: needed.stopped });
          onRetention?.({ what: 'document', result: 'stopped' });
          return { ...part, ...counts, stopped: needed.stopped, ...(dryRun && { items }) };
        }
        for (const [reference, code] of needed.unreadableHolds) {
          if (warned.has(reference)) continue;
          warned.add(reference);
          log.warn('A legal hold cannot be read: the documents of its job stay.', { reference, code });
        }
        for (const document of old) await visit(document, needed);
      }
      return { ...part, ...counts, ...(dryRun && { items }) };
    },
  };

  async function* oldDocuments(putBefore: string): AsyncGenerator<StoredDocument> {
    for await (const document of documents.list()) if (document.putAt < putBefore) yield document;
  }
};

async function* batches<T>(values: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const value of values) {
    batch.push(value);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
