import type { BatchRowState } from '@signering/contract';
import { readRow, rowStateOf, type BatchRecord, type BatchRow } from '@signering/storage';
import type { CallOptions } from '../call-options.js';
import type { BatchJobs } from './batch-jobs.js';
import { csvLine, makeCsv } from './csv.js';

/** What became of one row. */
export interface BatchRowResult {
  readonly row: number;
  readonly reference: string;
  readonly state: BatchRowState;
  readonly signatureJobId?: string;
  /** The folder of the signed documents in the archive. */
  readonly archiveFolder?: string;
  /** When everything was archived, ISO 8601. */
  readonly endedAt?: string;
}

/** Which rows `batches.results` gives. */
export interface BatchResultsOptions extends CallOptions {
  /** Rows that are left out at the front. Their jobs are not looked at. @default 0 */
  readonly offset?: number | undefined;
  /** Rows at most. @default all */
  readonly limit?: number | undefined;
  /** Only rows with this number in their file. A corrected file may give it to another row. @default all */
  readonly row?: number | undefined;
}

/** Rows whose jobs are looked at at the same time. */
const LOOKED_AT_ONCE = 16;
const COLUMNS = ['row', 'reference', 'state', 'signatureJobId', 'endedAt', 'archiveFolder'] as const;

/** What became of the rows of a batch, in their order. */
export async function* resultsOf(
  batch: BatchRecord,
  { jobs, options }: { readonly jobs: BatchJobs; readonly options: BatchResultsOptions },
): AsyncGenerator<BatchRowResult, void, undefined> {
  const { offset = 0, limit = Infinity, row: only, signal } = options;
  const { batches } = jobs.storage;
  let place = 0;
  let next: BatchRow[] = [];
  for await (const row of batches.rows(batch, batch.lists)) {
    signal?.throwIfAborted();
    if (only !== undefined && row.row !== only) continue;
    place += 1;
    if (place <= offset) continue;
    if (place > offset + limit) break;
    next.push(row);
    if (next.length < LOOKED_AT_ONCE) continue;
    yield* await Promise.all(next.map((one) => resultOf(one, batch, jobs)));
    next = [];
  }
  yield* await Promise.all(next.map((one) => resultOf(one, batch, jobs)));
}

async function resultOf(
  { row, reference }: BatchRow,
  { organizationNumber, reference: batch }: BatchRecord,
  { storage }: BatchJobs,
): Promise<BatchRowResult> {
  const { entry, unreadable } = await readRow(storage.ledger, { organizationNumber, reference });
  // Nothing of a job that another batch or a single order sends under the reference.
  const { settled, created } = entry?.batch === batch ? entry : {};
  const signatureJobId = settled?.signatureJobId ?? created?.signatureJobId;
  return {
    row,
    reference,
    state: unreadable === undefined ? rowStateOf(entry, batch) : 'UNREADABLE',
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(settled !== undefined && { archiveFolder: settled.folder, endedAt: settled.settledAt }),
  };
}

/** The results as CSV, in parts. The header comes with the first row, so a batch that cannot be read has none. */
export async function* csvOf(
  results: AsyncIterable<BatchRowResult>,
): AsyncGenerator<string, void, undefined> {
  let header = makeCsv([COLUMNS]);
  for await (const result of results) {
    yield `${header}${csvLine(COLUMNS.map((column) => String(result[column] ?? '')))}`;
    header = '';
  }
  if (header !== '') yield header;
}
