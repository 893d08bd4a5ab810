import { log } from '@temporalio/activity';
import { MOST_RETENTION_ITEMS, type RetentionItem, type RetentionPart } from '@signering/contract';
import { isFaultOfOneEntry, type StoredDocument } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activities of retention. */
export interface RetentionStep {
  /** Only lists what would be removed. */
  readonly dryRun: boolean;
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Ledger entries that are read at the same time. */
const READ_AT_ONCE = 16;

/** Documents between two looks at the ledger and the holds, so that a new one counts at once. */
const AT_ONCE = 500;

/** The digests of the documents that must stay. */
interface NeededDocuments {
  readonly inUse: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
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
  /** @returns undefined where it is unknown what must stay, with the reason */
  async function neededDocuments(): Promise<NeededDocuments | { readonly stopped: string }> {
    const inUse = new Set<string>();
    const held = new Set<string>();
    let unreadable = 0;
    for await (const reference of ledger.unsettled({ atOnce: READ_AT_ONCE })) {
      if ('unreadable' in reference) unreadable += 1;
      else for (const { sha256 } of reference.entry.documents) inUse.add(sha256);
    }
    if (unreadable > 0) return { stopped: `${unreadable} ledger entries of open jobs cannot be read` };
    try {
      for await (const hold of holds.list()) {
        const entry = await ledger.find(hold);
        for (const { sha256 } of entry?.documents ?? []) held.add(sha256);
      }
    } catch (error) {
      if (!isFaultOfOneEntry(error)) throw error;
      return { stopped: `a legal hold, or the ledger entry of its job, cannot be read (${error.code})` };
    }
    return { inUse, held };
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
      for await (const old of batches(oldDocuments(putBefore), AT_ONCE)) {
        const needed = await neededDocuments();
        if ('stopped' in needed) {
          log.error('No documents are removed.', { reason: needed.stopped });
          onRetention?.({ what: 'document', result: 'stopped' });
          return { ...part, ...counts, stopped: needed.stopped, ...(dryRun && { items }) };
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
