import {
  batchChangedSignal,
  batchOptionsOf,
  WORKFLOW_TYPES,
  type PortalJobContent,
} from '@signering/contract';
import { InvalidInputError, SigningError, whatIsWrongWithReference } from '@signering/schema';
import { demandStorageId, type BatchRow, type DocumentStore } from '@signering/storage';
import { claimPortalJob, digestOfPortalJob } from '../claim-job.js';
import type { KnownJobs } from '../known-jobs.js';
import type { PreparedJob, PrepareOptions } from '../request/prepare-request.js';
import { BatchReader, type BatchMistake, type BatchSource } from './read-batch.js';

/** What the check of a batch found. */
export interface BatchCheck {
  /** Rows without mistakes. */
  readonly right: number;
  /** Of these, rows that were handed over before with the same content. */
  readonly known: number;
  /** Rows with mistakes. */
  readonly wrong: number;
  /** Every mistake; one of the template is listed once, without a row. */
  readonly mistakes: readonly BatchMistake[];
  /** Columns that no placeholder names. */
  readonly unusedColumns: readonly string[];
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
/** Jobs that are claimed at the same time. */
const CLAIMED_AT_ONCE = 8;
/** Mistakes that the message of an error names. */
const MOST_NAMED = 20;

/** As `SigningClient.checkBatch`. */
export async function checkBatch(
  source: BatchSource,
  { jobs, prepare }: { readonly jobs: KnownJobs; readonly prepare: PrepareOptions },
): Promise<BatchCheck> {
  const reader = new BatchReader(source, prepare);
  const ofTemplate = new Map<string, BatchMistake>();
  const ofRows: BatchMistake[] = [];
  let [right, known, wrong] = [0, 0, 0];
  for await (const read of reader.rows()) {
    const compared = 'job' in read ? await compareWithLedger(read, jobs) : read;
    if (!('mistakes' in compared)) {
      right += 1;
      if (compared.isKnown) known += 1;
      continue;
    }
    wrong += 1;
    for (const mistake of compared.mistakes) {
      if (mistake.row !== undefined) ofRows.push(mistake);
      else ofTemplate.set(`${mistake.path} ${mistake.message}`, mistake);
    }
  }
  const mistakes = [...ofTemplate.values(), ...ofRows];
  return { right, known, wrong, mistakes, unusedColumns: reader.unusedColumns };
}

interface RowOfJob {
  readonly row: number;
  readonly job: PreparedJob<PortalJobContent>;
}

/** A reference that the ledger knows with other content is a mistake of its row. */
async function compareWithLedger(
  { row, job }: RowOfJob,
  { storage, organizationNumber }: KnownJobs,
): Promise<{ readonly isKnown: boolean } | { readonly mistakes: readonly BatchMistake[] }> {
  const entry = await storage.ledger.find({ organizationNumber, reference: job.reference });
  if (entry === undefined) return { isKnown: false };
  if (entry.contentDigest === digestOfPortalJob(job)) return { isKnown: entry.abandoned === undefined };
  const message =
    entry.contentDigest === undefined
      ? 'belongs to a job that was erased: use a new reference'
      : `belongs to a job with other content, of ${entry.claimedAt}: correct the row, or give it a new reference`;
  return { mistakes: [{ row, columns: [], place: `row ${row}`, path: 'reference', message }] };
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
  { jobs, prepare }: { readonly jobs: KnownJobs; readonly prepare: PrepareOptions },
): Promise<StartedBatch> {
  demandBatchReference(reference);
  const check = await checkBatch(source, { jobs, prepare });
  if (check.wrong > 0 && wrongRows !== 'SKIP') throw mistakesOf(check);
  if (check.right === 0) throw noRows(check);
  const { organizationNumber, storage, temporal, taskQueue } = jobs;
  const batch = { organizationNumber, reference };
  const added = await new HandOver(batch, { jobs, prepare, source }).run();
  const lists = await storage.batches.lists(batch);
  const record = await storage.batches.find(batch);
  const hasNews = added > 0 || record === undefined || record.lists < lists || record.cancelled !== undefined;
  if (hasNews) {
    await storage.batches.record(batch, { event: 'RELEASED', at: new Date().toISOString(), lists });
  }
  const storageId = await demandStorageId(storage.storageIdentity);
  const options = batchOptionsOf({ version: 1, ...batch, storageId });
  if (hasNews || record.ended === undefined) {
    await temporal.call((client) =>
      client.workflow.signalWithStart(WORKFLOW_TYPES.batchSending, {
        ...options,
        taskQueue,
        signal: batchChangedSignal,
        signalArgs: [],
      }),
    );
  }
  return { ...check, reference, workflowId: options.workflowId, added };
}

/** Claims the references of all rows and lists those that are new in the batch. */
class HandOver {
  readonly #batch: { readonly organizationNumber: string; readonly reference: string };
  readonly #jobs: KnownJobs;
  readonly #reader: BatchReader;
  readonly #documents: Pick<DocumentStore, 'put' | 'has'>;
  readonly #listed = new Set<string>();
  #list: BatchRow[] = [];
  #added = 0;

  constructor(
    batch: { readonly organizationNumber: string; readonly reference: string },
    { jobs, prepare, source }: { jobs: KnownJobs; prepare: PrepareOptions; source: BatchSource },
  ) {
    this.#batch = batch;
    this.#jobs = jobs;
    this.#reader = new BatchReader(source, prepare);
    this.#documents = putOnce(jobs.storage.documents);
  }

  /** @returns how many rows are new in the batch */
  async run(): Promise<number> {
    const { batches } = this.#jobs.storage;
    const lists = await batches.lists(this.#batch);
    for await (const { reference } of batches.rows(this.#batch, lists)) this.#listed.add(reference);
    let claiming: Promise<void>[] = [];
    for await (const read of this.#reader.rows()) {
      if ('mistakes' in read) continue;
      claiming.push(this.#handOver(read));
      if (claiming.length < CLAIMED_AT_ONCE) continue;
      await Promise.all(claiming);
      claiming = [];
      if (this.#list.length >= ROWS_IN_LIST) await this.#write();
    }
    await Promise.all(claiming);
    await this.#write();
    return this.#added;
  }

  async #handOver({ row, job }: RowOfJob): Promise<void> {
    const { storage } = this.#jobs;
    try {
      await claimPortalJob(job, {
        ...this.#options(),
        storage: { ...storage, documents: this.#documents },
      });
    } catch (error) {
      // Another process took the reference since the check: the row is not part of the batch.
      if (error instanceof SigningError && error.code === 'REFERENCE_IN_USE') return;
      throw error;
    }
    if (this.#listed.has(job.reference)) return;
    this.#listed.add(job.reference);
    this.#list.push({ reference: job.reference, row });
    this.#added += 1;
  }

  #options() {
    const { organizationNumber, encryption, temporal } = this.#jobs;
    return { organizationNumber, encryption, temporal, batch: this.#batch.reference };
  }

  async #write(): Promise<void> {
    const rows = this.#list.toSorted((one, other) => one.row - other.row);
    this.#list = [];
    if (rows.length > 0) await this.#jobs.storage.batches.addRows(this.#batch, rows);
  }
}

/** Stores a document that many rows share once: reading back what is stored costs as much as the document is large. */
function putOnce(documents: Pick<DocumentStore, 'put' | 'has'>): Pick<DocumentStore, 'put' | 'has'> {
  const puts = new WeakMap<Uint8Array, ReturnType<DocumentStore['put']>>();
  return {
    has: (document) => documents.has(document),
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

function mistakesOf({ wrong, mistakes }: BatchCheck): InvalidInputError {
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

function noRows({ wrong }: BatchCheck): InvalidInputError {
  const message = wrong === 0 ? 'the table has no rows' : 'every row has mistakes';
  return new InvalidInputError('INVALID_REQUEST', 'Nothing was sent', [{ path: 'rows', message }]);
}
