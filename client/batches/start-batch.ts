import { batchWorkflowId, type PortalJobContent } from '@signering/contract';
import { InvalidInputError, SigningError, whatIsWrongWithReference } from '@signering/schema';
import {
  isUnsettled,
  isWithdrawn,
  readRow,
  type BatchRecord,
  type BatchRow,
  type DocumentStore,
  type LedgerEntry,
} from '@signering/storage';
import { claimPortalJob, digestOfPortalJob } from '../claim-job.js';
import type { PreparedJob, PrepareOptions } from '../request/prepare-request.js';
import type { BatchJobs } from './batch-jobs.js';
import { BatchReader, mistakeAt, type BatchMistake, type BatchSource, type RowOfJob } from './read-batch.js';
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

/** A batch that was handed over. */
export interface StartedBatch extends BatchCheck {
  readonly reference: string;
  /** For Temporal Web. */
  readonly workflowId: string;
  /** Rows that are new in this batch. */
  readonly added: number;
}

/** Rows that one file of storage lists. */
const ROWS_IN_LIST = 500;
/** Codes of faults of one row: the others go on. */
const OF_ONE_ROW: readonly string[] = [
  'REFERENCE_IN_USE',
  'JOB_ERASED',
  'INVALID_REQUEST',
  'DOCUMENT_NOT_ACCEPTED',
  'STORED_CONTENT_DAMAGED',
];
/** Jobs that are claimed at the same time. */
const CLAIMED_AT_ONCE = 8;
/** How much the clocks of two clients may differ, in milliseconds. */
const CLOCKS_DIFFER_MS = 60_000;
/** Mistakes that the message of an error names. */
const MOST_NAMED = 20;

/** As `SigningClient.checkBatch`. */
export async function checkBatch(
  source: BatchSource,
  options: { readonly jobs: BatchJobs; readonly prepare: PrepareOptions },
): Promise<BatchCheck> {
  return (await readBatch(source, options)).check;
}

/** What a check found, and the rows without mistakes. */
async function readBatch(
  source: BatchSource,
  {
    jobs,
    prepare,
    batch,
  }: { readonly jobs: BatchJobs; readonly prepare: PrepareOptions; readonly batch?: string },
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

/** A reference that the ledger knows with other content is a mistake of its row, unless that row was withdrawn. */
async function compareWithLedger(
  { row, job, referenceColumns }: RowOfJob,
  { storage, organizationNumber }: BatchJobs,
  batch: string | undefined,
): Promise<
  { readonly isKnown: boolean; readonly reference: string } | { readonly mistakes: readonly BatchMistake[] }
> {
  const { reference } = job;
  const { entry, unreadable } = await readRow(storage.ledger, { organizationNumber, reference });
  const mistake = (message: string) => ({
    mistakes: [mistakeAt(row, referenceColumns, { path: 'reference', message })],
  });
  if (unreadable !== undefined) return mistake(unreadable.message);
  if (entry === undefined) return { isKnown: false, reference };
  if (isErasedRow(entry, batch)) return { isKnown: true, reference };
  if (entry.contentDigest === undefined) {
    return mistake('belongs to a job that was erased: use a new reference');
  }
  if (isWithdrawn(entry)) return { isKnown: false, reference };
  if (entry.contentDigest === digestOfPortalJob(job)) {
    return { isKnown: entry.abandoned === undefined, reference };
  }
  return mistake(
    `belongs to a job with other content, of ${entry.claimedAt}: correct the row, or give it a new reference`,
  );
}

async function isHandedOver(
  job: PreparedJob<PortalJobContent>,
  { storage, organizationNumber }: BatchJobs,
): Promise<boolean> {
  if (whatIsWrongWithReference(job.reference) !== undefined) return false;
  const { entry } = await readRow(storage.ledger, { organizationNumber, reference: job.reference });
  return entry !== undefined && entry.contentDigest === digestOfPortalJob(job);
}

/** A row of this batch whose job has ended and was erased. One that was withdrawn before cannot be sent any more. */
function isErasedRow(entry: LedgerEntry | undefined, batch: string | undefined): boolean {
  if (entry?.erased === undefined || isWithdrawn(entry)) return false;
  return batch !== undefined && entry.batch === batch;
}

/** The argument of `SigningClient.startBatch`. */
export interface StartBatchRequest extends BatchSource {
  /** The batch's identity: rows that are sent again under it are not sent twice. As the reference of a job. */
  readonly reference: string;
  /** REFUSE: nothing is sent while a row is wrong. SKIP: sends the rows without mistakes. @default REFUSE */
  readonly wrongRows?: 'REFUSE' | 'SKIP' | undefined;
}

/** As `SigningClient.startBatch`. */
export async function startBatch(
  { reference, wrongRows = 'REFUSE', ...source }: StartBatchRequest,
  { jobs, prepare }: { readonly jobs: BatchJobs; readonly prepare: PrepareOptions },
): Promise<StartedBatch> {
  demandBatchReference(reference);
  const { check, rows } = await readBatch(source, { jobs, prepare, batch: reference });
  if (check.wrong > 0 && wrongRows !== 'SKIP') throw mistakesOf(check);
  if (check.right === 0) throw noRows('Nothing was sent', 'every row has mistakes');
  const { organizationNumber, storage } = jobs;
  const batch = { organizationNumber, reference };
  const handOver = new HandOver(batch, { jobs, prepare, source });
  const { added, lists, reopened, before, mistakes } = await handOver.run(rows, wrongRows);
  const record = await storage.batches.find(batch);
  // A worker that knows only the cancellation may have withdrawn rows after they were handed over again, or be about to. Another
  // client may have released the batch meanwhile.
  const wasCancelled = before?.cancelled !== undefined || before?.opened !== record?.opened;
  const hasNews = added > 0 || reopened > 0 || record === undefined || wasCancelled;
  let since: readonly BatchMistake[] = [];
  if (hasNews) {
    const released = await storage.batches.record(batch, {
      event: 'RELEASED',
      at: new Date().toISOString(),
      lists,
    });
    if (wasCancelled || released > (record?.newest ?? 0) + 1) {
      const wrong = new Set(mistakes.map(({ row }) => row));
      const claimed = rows.filter(({ row }) => !wrong.has(row));
      since = await handOver.claimAll(claimed, { renew: true });
    }
  }
  if (hasNews || record.ended === undefined) await jobs.signalBatch(batch);
  const handedOver = withMistakes(check, [...mistakes, ...since]);
  return { ...handedOver, reference, workflowId: batchWorkflowId(organizationNumber, reference), added };
}

/** What a hand-over did. */
interface HandedOver {
  /** Rows that are new in the batch. */
  readonly added: number;
  /** Rows that the batch knows and sends again, or has not sent when it ended. */
  readonly reopened: number;
  /** The numbers of the lists to release. */
  readonly lists: readonly number[];
  /** The batch before the claims. Absent: nothing was released. */
  readonly before?: BatchRecord;
  /** Of rows that became wrong since the check. */
  readonly mistakes: readonly BatchMistake[];
}

/** Lists the rows that are new in the batch, and claims the references of all rows. */
class HandOver {
  readonly #batch: { readonly organizationNumber: string; readonly reference: string };
  readonly #jobs: BatchJobs;
  readonly #reader: BatchReader;
  readonly #documents: Pick<DocumentStore, 'put' | 'has'>;
  readonly #claimed = new Set<string>();
  #before: BatchRecord | undefined;
  #reopened = 0;
  #mistakes: BatchMistake[] = [];

  constructor(
    batch: { readonly organizationNumber: string; readonly reference: string },
    { jobs, prepare, source }: { jobs: BatchJobs; prepare: PrepareOptions; source: BatchSource },
  ) {
    this.#batch = batch;
    this.#jobs = jobs;
    this.#reader = new BatchReader(source, prepare, (job) => isHandedOver(job, jobs));
    this.#documents = putOnce(jobs.storage.documents);
  }

  /** @throws INVALID_REQUEST with REFUSE, for rows that became wrong since the check */
  async run(rows: readonly BatchRow[], wrongRows: 'REFUSE' | 'SKIP'): Promise<HandedOver> {
    const { batches } = this.#jobs.storage;
    this.#before = await batches.find(this.#batch);
    const released = this.#before?.lists ?? [];
    const listed = new Set<string>();
    for await (const { reference } of batches.rows(this.#batch, released)) listed.add(reference);
    const added = rows.filter(({ reference }) => !listed.has(reference));
    // Before the claims, so that a cancellation finds the rows of a hand-over that is broken off.
    const lists = await this.#write(added);
    const mistakes = await this.claimAll(rows);
    if (mistakes.length > 0 && wrongRows !== 'SKIP') {
      throw mistakesOf({ wrong: mistakes.length, mistakes });
    }
    const claimed = added.filter(({ reference }) => this.#claimed.has(reference));
    const isWhole = claimed.length === added.length;
    return {
      added: claimed.length,
      reopened: this.#reopened,
      lists: isWhole ? lists : await this.#write(claimed),
      ...(this.#before !== undefined && { before: this.#before }),
      mistakes,
    };
  }

  /**
   * Claims the rows. Safe to repeat.
   * @param options `renew`: withdrawals that are under way fail. @default false
   * @returns mistakes of rows that became wrong since the check
   */
  async claimAll(rows: readonly BatchRow[], { renew = false } = {}): Promise<readonly BatchMistake[]> {
    const right = new Set(rows.map(({ row }) => row));
    this.#claimed.clear();
    this.#mistakes = [];
    this.#reopened = 0;
    let claiming: Promise<void>[] = [];
    for await (const read of this.#reader.rows()) {
      if (!right.has(read.row)) continue;
      if ('mistakes' in read) {
        this.#mistakes.push(...read.mistakes.slice(0, 1));
        continue;
      }
      claiming.push(this.#claim(read, renew));
      if (claiming.length < CLAIMED_AT_ONCE) continue;
      await Promise.all(claiming);
      claiming = [];
    }
    await Promise.all(claiming);
    return this.#mistakes;
  }

  async #claim({ row, job, referenceColumns }: RowOfJob, renew: boolean): Promise<void> {
    const { organizationNumber, encryption, temporal, storage } = this.#jobs;
    const before = await storage.ledger.find({ organizationNumber, reference: job.reference });
    if (isErasedRow(before, this.#batch.reference)) return;
    try {
      await claimPortalJob(job, {
        organizationNumber,
        encryption,
        temporal,
        batch: this.#batch.reference,
        renew,
        storage: { ...storage, documents: this.#documents },
      });
    } catch (error) {
      if (!(error instanceof SigningError) || !OF_ONE_ROW.includes(error.code)) throw error;
      const message = `has become wrong since the check: ${error.message}`;
      this.#mistakes.push(mistakeAt(row, referenceColumns, { path: 'reference', message }));
      return;
    }
    this.#claimed.add(job.reference);
    if (before !== undefined && isReopened(before, this.#before)) this.#reopened += 1;
  }

  async #write(rows: readonly BatchRow[]): Promise<readonly number[]> {
    const lists: number[] = [];
    for (let first = 0; first < rows.length; first += ROWS_IN_LIST) {
      const list = rows.slice(first, first + ROWS_IN_LIST);
      lists.push(await this.#jobs.storage.batches.addRows(this.#batch, list));
    }
    return lists;
  }
}

/**
 * A row that was abandoned, and is sent again. Also one that an earlier hand-over reopened, unless the batch was certainly
 * released since: that hand-over may have been killed before.
 */
function isReopened(entry: LedgerEntry, batch: BatchRecord | undefined): boolean {
  if (entry.created !== undefined) return false;
  if (entry.abandoned !== undefined) return true;
  if (entry.reopenedAt === undefined || !isUnsettled(entry)) return false;
  const isOpen = batch !== undefined && batch.ended === undefined;
  return !isOpen || Date.parse(batch.openedAt) - Date.parse(entry.reopenedAt) < CLOCKS_DIFFER_MS;
}

/** What was checked, with rows that became wrong since. */
function withMistakes(check: BatchCheck, mistakes: readonly BatchMistake[]): BatchCheck {
  return {
    ...check,
    right: check.right - mistakes.length,
    wrong: check.wrong + mistakes.length,
    mistakes: [...check.mistakes, ...mistakes],
  };
}

/** Stores a document that many rows share once: reading back what is stored costs as much as the document is large. */
function putOnce(documents: Pick<DocumentStore, 'put' | 'has'>): Pick<DocumentStore, 'put' | 'has'> {
  let puts = new WeakMap<Uint8Array, ReturnType<DocumentStore['put']>>();
  return {
    has: async (document) => {
      const isThere = await documents.has(document);
      // Retention removed it: the next put must store it again.
      if (!isThere) puts = new WeakMap();
      return isThere;
    },
    put: (content, names) => {
      const put = puts.get(content) ?? documents.put(content, names);
      puts.set(content, put);
      return put;
    },
  };
}

/** @throws INVALID_REQUEST */
export function demandBatchReference(reference: string): void {
  const problem = whatIsWrongWithReference(reference);
  if (problem === undefined) return;
  throw new InvalidInputError('INVALID_REQUEST', 'Invalid batch', [
    { path: 'reference', message: `of the batch ${problem}` },
  ]);
}

function mistakesOf({ wrong, mistakes }: Pick<BatchCheck, 'wrong' | 'mistakes'>): InvalidInputError {
  const named = mistakes.slice(0, MOST_NAMED).map(({ place, path, message }) => ({
    path: place,
    message: `${path} ${message}`,
  }));
  const more = mistakes.length - named.length;
  const rest =
    more === 0 ? [] : [{ path: 'rows', message: `have ${more} more mistakes, which a check lists` }];
  return new InvalidInputError(
    'INVALID_REQUEST',
    `Nothing was sent: ${wrong} ${wrong === 1 ? 'row has' : 'rows have'} mistakes`,
    [...named, ...rest],
  );
}

function noRows(what: string, message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', what, [{ path: 'rows', message }]);
}
