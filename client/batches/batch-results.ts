import type { BatchRowState } from '@signering/contract';
import { InvalidInputError } from '@signering/schema';
import { readRow, rowStateOf, type BatchRecord, type BatchRow } from '@signering/storage';
import type { CallOptions } from '../call-options.js';
import type { BatchJobs } from './batch-jobs.js';
import { csvLine, makeCsv } from './csv.js';

/** What became of one row. */
export interface BatchRowResult {
  /** The number in its file. Files that were sent under the same reference of the batch may give it to several rows. */
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
  /**
   * Rows that are left out at the front: their jobs are not looked at. With a `limit` of 1, the place of one row, from 0.
   * @default 0
   */
  readonly offset?: number | undefined;
  /** Rows at most. @default all */
  readonly limit?: number | undefined;
}

/** {@link BatchResultsOptions} with their defaults. */
interface ResolvedResultsOptions {
  readonly offset: number;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** @throws INVALID_REQUEST naming each option that is no number of rows, and its value */
export function resolveResultsOptions({
  offset = 0,
  limit = Number.MAX_SAFE_INTEGER,
  signal,
}: BatchResultsOptions): ResolvedResultsOptions {
  const problems = Object.entries<unknown>({ offset, limit })
    .filter(([, value]) => !Number.isSafeInteger(value) || Number(value) < 0)
    .map(([path, value]) => {
      // A text from a caller without types may be personal.
      const given = typeof value === 'number' ? String(value) : `a ${typeof value}`;
      return { path, message: `is ${given}, and must be a whole number of rows, 0 or more` };
    });
  if (problems.length === 0) return { offset, limit, signal };
  throw new InvalidInputError('INVALID_REQUEST', 'The results were not read', problems);
}

/** Rows whose jobs are looked at at the same time. */
const LOOKED_AT_ONCE = 16;
const COLUMNS = ['row', 'reference', 'state', 'signatureJobId', 'endedAt', 'archiveFolder'] as const;

/** What became of the rows of a batch, in their order and in parts, each of which takes the time of a call. */
export async function* resultsOf(
  batch: BatchRecord,
  { jobs, options }: { readonly jobs: BatchJobs; readonly options: ResolvedResultsOptions },
): AsyncGenerator<readonly BatchRowResult[], void, undefined> {
  const { offset, limit, signal } = options;
  const { batches } = jobs.storage;
  let place = 0;
  let next: BatchRow[] = [];
  for await (const row of batches.rows(batch, batch.lists)) {
    signal?.throwIfAborted();
    place += 1;
    if (place <= offset) continue;
    if (place > offset + limit) break;
    next.push(row);
    if (next.length < LOOKED_AT_ONCE) continue;
    yield await Promise.all(next.map((one) => resultOf(one, batch, jobs)));
    next = [];
  }
  yield await Promise.all(next.map((one) => resultOf(one, batch, jobs)));
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
