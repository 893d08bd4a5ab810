import type { BatchCounts, BatchIdentity, BatchRowState } from '@signering/contract';
import type { SigningError } from '@signering/schema';
import type { BatchRow } from './batch-store.js';
import { isAmbiguous, type LedgerEntry, type LedgerKey, type ReferenceLedger } from './reference-ledger.js';
import { isFaultOfOneEntry } from './unsettled-entry.js';

/** Ledger entries that are read at the same time. */
const AT_ONCE = 16;

const NO_ROWS: BatchCounts = {
  UNSENT: 0,
  WAITING: 0,
  SIGNED: 0,
  REJECTED: 0,
  EXPIRED: 0,
  CANCELLED: 0,
  FAILED: 0,
  WITHDRAWN: 0,
  UNREADABLE: 0,
};

/** States that a row does not leave. A withdrawn one may be released again, by new rows. */
const FINAL: readonly BatchRowState[] = ['SIGNED', 'REJECTED', 'EXPIRED', 'CANCELLED'];

/**
 * What has become of a row of a batch, by the ledger entry of its reference. One that another batch or a single order sends is
 * WITHDRAWN here: a reference alone does not show the job of another person.
 */
export function rowStateOf(entry: LedgerEntry | undefined, batch: string): BatchRowState {
  if (entry === undefined) return 'UNSENT';
  if (entry.batch !== batch) return 'WITHDRAWN';
  const { settled, abandoned, created, attempts } = entry;
  if (settled !== undefined) return FINAL.find((state) => state === settled.outcome) ?? 'FAILED';
  if (created !== undefined) return 'WAITING';
  if (abandoned !== undefined) return abandoned.withdrawn === true ? 'WITHDRAWN' : 'FAILED';
  return attempts.some(isAmbiguous) ? 'WAITING' : 'UNSENT';
}

/** The entry of a row's reference, or the fault of that entry alone. */
export async function readRow(
  ledger: Pick<ReferenceLedger, 'find'>,
  key: LedgerKey,
): Promise<{ readonly entry?: LedgerEntry; readonly unreadable?: SigningError }> {
  try {
    const entry = await ledger.find(key);
    return entry === undefined ? {} : { entry };
  } catch (error) {
    if (!isFaultOfOneEntry(error)) throw error;
    return { unreadable: error };
  }
}

/** Counts the rows of a batch by the ledger. Repeated counts read only the entries that can still change. */
export class BatchTally {
  readonly #ledger: Pick<ReferenceLedger, 'find'>;
  /** By the place of the row. */
  readonly #final: (BatchRowState | undefined)[] = [];
  readonly #createdAt: number[] = [];

  constructor(ledger: Pick<ReferenceLedger, 'find'>) {
    this.#ledger = ledger;
  }

  /** @throws STORED_CONTENT_DAMAGED for a damaged list of rows, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable) */
  async count(batch: BatchIdentity, rows: AsyncIterable<BatchRow>): Promise<BatchCounts> {
    const counts: Record<BatchRowState, number> = { ...NO_ROWS };
    let reading: Promise<BatchRowState>[] = [];
    const add = async (): Promise<void> => {
      for (const state of await Promise.all(reading)) counts[state] += 1;
      reading = [];
    };
    let place = 0;
    for await (const { reference } of rows) {
      const known = this.#final[place];
      if (known === undefined) reading.push(this.#read(batch, reference, place));
      else counts[known] += 1;
      place += 1;
      if (reading.length === AT_ONCE) await add();
    }
    await add();
    return counts;
  }

  /** How many rows were created at the service since a time, in milliseconds since 1970. */
  createdSince(time: number): number {
    return this.#createdAt.filter((at) => at >= time).length;
  }

  async #read(batch: BatchIdentity, reference: string, place: number): Promise<BatchRowState> {
    const { organizationNumber } = batch;
    const { entry, unreadable } = await readRow(this.#ledger, { organizationNumber, reference });
    if (unreadable !== undefined) return 'UNREADABLE';
    const state = rowStateOf(entry, batch.reference);
    const isOwn = entry?.batch === batch.reference;
    this.#createdAt[place] = Date.parse((isOwn && entry.created?.createdAt) || '');
    if (FINAL.includes(state)) this.#final[place] = state;
    return state;
  }
}
