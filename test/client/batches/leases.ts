import assert from 'node:assert/strict';
import type { BatchJobs } from '@signering/client/internal/batches/batch-jobs.js';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import { openFileStorage, type LedgerEntry, type Storage } from '@signering/storage';
import { onePagePdf } from '../../end-to-end/portal-jobs.js';
import { freshFolder } from '../../fixtures/run-folder.js';

/** The batch of these tests. */
export const BATCH = { organizationNumber: '910000007', reference: 'leases' };
export const ROWS = ['row-1', 'row-2', 'row-3'];
export const prepare = { pollingQueue: 'q' };

let content: Promise<Uint8Array> | undefined;

/** A batch with these references. */
export async function leases(rows: readonly string[] = ROWS) {
  content ??= onePagePdf('Lease');
  return {
    reference: BATCH.reference,
    table: { content: Buffer.from(`reference\n${rows.join('\n')}\n`) },
    template: {
      title: 'Lease',
      documents: [{ content: await content, name: 'lease.pdf' }],
      signers: [{ emailAddress: 'kari@example.com' }],
    },
  };
}

export const openFolder = (root = freshFolder('hand-over')) => openFileStorage({ root, create: true });

/** What Temporal got. */
interface Signals {
  readonly signals: () => number;
  /** The newest address that a signal named. */
  readonly recipient: () => string | undefined;
}

/** The parts of a client that batches need, on a storage; Temporal counts signals. */
export function jobsOn(storage: Storage): BatchJobs & Signals {
  let signals = 0;
  let recipient: string | undefined;
  return {
    organizationNumber: BATCH.organizationNumber,
    storage,
    encryption: createJsonEncryption([generateKey('test-1')]),
    bounded: (_, action) => action(undefined),
    signalBatch: (_, emailsTo) => {
      signals += 1;
      recipient = emailsTo?.emailAddress ?? recipient;
      return Promise.resolve();
    },
    signals: () => signals,
    recipient: () => recipient,
  };
}

/** The batches of a storage with some methods replaced. */
export function batchesWith(
  { batches }: Pick<Storage, 'batches'>,
  replaced: Partial<Pick<Storage['batches'], 'find' | 'record' | 'rows'>>,
): Storage['batches'] {
  return {
    addRows: (batch, rows) => batches.addRows(batch, rows),
    record: (batch, event) => batches.record(batch, event),
    lists: (batch) => batches.lists(batch),
    newest: (batch) => batches.newest(batch),
    rows: (batch, lists) => batches.rows(batch, lists),
    find: (batch) => batches.find(batch),
    list: () => batches.list(),
    open: () => batches.open(),
    ...replaced,
  };
}

export async function entryOf(storage: Storage, reference: string): Promise<LedgerEntry> {
  const entry = await storage.ledger.find({ ...BATCH, reference });
  assert.ok(entry);
  return entry;
}

/** An event of the batch that another process records. */
export function recordEvent(
  { batches }: Storage,
  event: 'CANCELLED' | 'RELEASED',
  at = new Date(),
): Promise<number> {
  return batches.record(BATCH, { event, at: at.toISOString(), lists: [1] });
}
