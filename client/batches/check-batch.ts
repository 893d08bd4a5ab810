import type { PortalJobContent } from '@signering/contract';
import { InvalidInputError, whatIsWrongWithReference, type Problem } from '@signering/schema';
import { isUnsent, isWithdrawn, readRow, type BatchRow, type LedgerEntry } from '@signering/storage';
import { digestOfPortalJob } from '../claim-job.js';
import type { PreparedJob, PrepareOptions } from '../request/prepare-request.js';
import type { BatchJobs } from './batch-jobs.js';
import { mistakeAt, noRows, type BatchMistake } from './batch-mistake.js';
import { BatchReader, type BatchSource, type RowOfJob } from './read-batch.js';
import type { BatchWarning } from './spreadsheet-traces.js';

/** What the check of a batch found. */
export interface BatchCheck {
  /** Rows without mistakes. */
  readonly right: number;
  /** Of these, rows that were handed over before with the same content. */
  readonly known: number;
  /** Rows with mistakes. */
  readonly wrong: number;
  /** Every mistake, up to the limit of the source; one of the template is listed once, without a row. */
  readonly mistakes: readonly BatchMistake[];
  /** Mistakes of rows that were only counted: see {@link BatchSource.mostMistakes}. Absent: none. */
  readonly moreMistakes?: number;
  /** Columns that no placeholder names. */
  readonly unusedColumns: readonly string[];
  /** What a person should look at, although it keeps no row from being sent. */
  readonly warnings: readonly BatchWarning[];
}

/** The argument of `SigningClient.checkBatch`. */
export interface CheckBatchRequest extends BatchSource {
  /**
   * The batch that will send the rows: a row that another batch sends is a mistake then.
   * @default unknown: a row that any batch sends with the same content counts as known
   */
  readonly reference?: string | undefined;
}

/** As `SigningClient.checkBatch`. */
export async function checkBatch(
  { reference, ...source }: CheckBatchRequest,
  { jobs, prepare }: { readonly jobs: BatchJobs; readonly prepare: PrepareOptions },
): Promise<BatchCheck> {
  if (reference !== undefined) demandBatchReference(reference);
  return (await checkRows(source, { jobs, prepare, batch: reference })).check;
}

/** What a check found, and the rows without mistakes. */
export async function checkRows(
  source: BatchSource,
  {
    jobs,
    prepare,
    batch,
  }: {
    readonly jobs: BatchJobs;
    readonly prepare: PrepareOptions;
    /** Absent: it is not known yet. */
    readonly batch: string | undefined;
  },
): Promise<{ readonly check: BatchCheck; readonly rows: readonly BatchRow[] }> {
  const rows: BatchRow[] = [];
  const reader = new BatchReader(source, prepare, (job) => isHandedOver(job, jobs));
  const ofTemplate = new Map<string, BatchMistake>();
  const ofRows: BatchMistake[] = [];
  const { mostMistakes = Infinity } = source;
  let [right, known, wrong, more] = [0, 0, 0, 0];
  for await (const read of reader.rows()) {
    const compared = 'job' in read ? await compareWithLedger(read, jobs, batch) : read;
    if (!('mistakes' in compared)) {
      right += 1;
      rows.push({ reference: compared.reference, row: read.row });
      if (compared.isKnown) known += 1;
      continue;
    }
    wrong += 1;
    for (const mistake of compared.mistakes) {
      if (mistake.row !== undefined && ofRows.length >= mostMistakes) more += 1;
      else if (mistake.row !== undefined) ofRows.push(mistake);
      else ofTemplate.set(`${mistake.path} ${mistake.message}`, mistake);
    }
  }
  if (right + wrong === 0) throw noRows('The table cannot be used', 'the table has no rows');
  const mistakes = [...ofTemplate.values(), ...ofRows];
  const { unusedColumns, warnings } = reader;
  const counted = { right, known, wrong, ...(more > 0 && { moreMistakes: more }) };
  return { check: { ...counted, mistakes, unusedColumns, warnings }, rows };
}

/**
 * A reference that the ledger knows with other content, or of another batch or a single job, is a mistake of its row. That it was
 * withdrawn there, or failed before it was created, is none.
 */
async function compareWithLedger(
  { row, job, referenceColumns }: RowOfJob,
  { storage, organizationNumber }: BatchJobs,
  batch: string | undefined,
): Promise<
  { readonly isKnown: boolean; readonly reference: string } | { readonly mistakes: readonly BatchMistake[] }
> {
  const { reference } = job;
  const { entry, unreadable } = await readRow(storage.ledger, { organizationNumber, reference });
  const mistake = (problem: Problem) => ({ mistakes: [mistakeAt(row, referenceColumns, problem)] });
  const taken = (message: string) => mistake({ path: 'reference', message, reason: 'REFERENCE_TAKEN' });
  if (unreadable !== undefined) {
    // The reference itself is right.
    const message = `cannot be compared with the ledger: ${unreadable.message}`;
    return { mistakes: [mistakeAt(row, [], { path: 'request', message })] };
  }
  if (entry === undefined) return { isKnown: false, reference };
  if (isErasedRow(entry, batch)) return { isKnown: true, reference };
  if (entry.contentDigest === undefined) {
    return taken('belongs to a job that was erased: use a new reference');
  }
  if (isWithdrawn(entry)) return { isKnown: false, reference };
  if (entry.contentDigest !== digestOfPortalJob(job)) {
    const remedy = 'correct the row, or give it a new reference';
    return taken(`belongs to a job with other content, of ${entry.claimedAt}: ${remedy}`);
  }
  // It failed before it was created: the batch that sends it again takes it over.
  if (isAbandoned(entry)) return { isKnown: false, reference };
  const isOfThisBatch = batch === undefined ? entry.batch !== undefined : entry.batch === batch;
  return isOfThisBatch ? { isKnown: true, reference } : mistake(sentElsewhere(entry));
}

/** What is wrong with a row whose job, with the same content, is of another batch or a single one. */
export function sentElsewhere(entry: LedgerEntry): Problem {
  const { batch, claimedAt } = entry;
  const remedy = isUnsent(entry) ? 'remove the row, or cancel that batch' : 'or remove the row';
  const message =
    batch === undefined
      ? `belongs to a single job, of ${claimedAt}: remove the row`
      : `belongs to batch "${batch}", of ${claimedAt}: send the file under that reference, ${remedy}`;
  return { path: 'reference', message, reason: 'ALREADY_SENT' };
}

/** A job that was given up before it was created: a claim reopens it. */
export function isAbandoned({ abandoned, created }: LedgerEntry): boolean {
  return abandoned !== undefined && created === undefined;
}

/** Whether the same job was handed over before: today's rules do not concern it. */
export async function isHandedOver(
  job: PreparedJob<PortalJobContent>,
  { storage, organizationNumber }: BatchJobs,
): Promise<boolean> {
  if (whatIsWrongWithReference(job.reference) !== undefined) return false;
  const { entry } = await readRow(storage.ledger, { organizationNumber, reference: job.reference });
  return entry !== undefined && entry.contentDigest === digestOfPortalJob(job);
}

/** A row of this batch whose job has ended and was erased. One that was withdrawn before cannot be sent any more. */
export function isErasedRow(entry: LedgerEntry | undefined, batch: string | undefined): boolean {
  if (entry?.erased === undefined || isWithdrawn(entry)) return false;
  return batch !== undefined && entry.batch === batch;
}

/** @throws INVALID_REQUEST */
export function demandBatchReference(reference: string): void {
  const problem = whatIsWrongWithReference(reference);
  if (problem === undefined) return;
  throw new InvalidInputError('INVALID_REQUEST', 'Invalid batch', [
    { path: 'reference', message: `of the batch ${problem}` },
  ]);
}
