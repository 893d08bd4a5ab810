import { SigningError, type Problem } from '@signering/schema';
import {
  isUnsettled,
  type BatchRecord,
  type BatchRow,
  type DocumentStore,
  type LedgerEntry,
} from '@signering/storage';
import { claimPortalJob } from '../claim-job.js';
import type { PrepareOptions } from '../request/prepare-request.js';
import type { BatchJobs } from './batch-jobs.js';
import { mistakeAt, refusalOf, type BatchMistake } from './batch-mistake.js';
import { isAbandoned, isErasedRow, isHandedOver, sentElsewhere } from './check-batch.js';
import { BatchReader, type BatchSource, type RowOfJob } from './read-batch.js';

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
export class HandOver {
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
      throw refusalOf({ wrong: mistakes.length, mistakes });
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
        for (const { columns, place: _, ...problem } of read.mistakes.slice(0, 1))
          this.#mistakes.push(mistakeAt(read.row, columns, problem));
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
    let problem: Problem | undefined;
    try {
      const { entry } = await claimPortalJob(job, {
        organizationNumber,
        encryption,
        temporal,
        batch: this.#batch.reference,
        renew,
        storage: { ...storage, documents: this.#documents },
      });
      if (entry.batch !== this.#batch.reference) problem = sentElsewhere(entry);
    } catch (error) {
      if (!(error instanceof SigningError) || !OF_ONE_ROW.includes(error.code)) throw error;
      problem = problemOf(error);
    }
    if (problem !== undefined) {
      const message = `has become wrong since the check: ${problem.message}`;
      this.#mistakes.push(mistakeAt(row, referenceColumns, { ...problem, message }));
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

/** The mistake of a row that was refused with a code of {@link OF_ONE_ROW}. */
function problemOf({ code, message }: SigningError): Problem {
  return code === 'REFERENCE_IN_USE' || code === 'JOB_ERASED'
    ? { path: 'reference', message, reason: 'REFERENCE_TAKEN' }
    : { path: 'request', message };
}

/**
 * A row that was abandoned, and is sent again. Also one that an earlier hand-over reopened, unless the batch was certainly
 * released since: that hand-over may have been killed before.
 */
function isReopened(entry: LedgerEntry, batch: BatchRecord | undefined): boolean {
  if (isAbandoned(entry)) return true;
  if (entry.created !== undefined) return false;
  if (entry.reopenedAt === undefined || !isUnsettled(entry)) return false;
  const isOpen = batch !== undefined && batch.ended === undefined;
  return !isOpen || Date.parse(batch.openedAt) - Date.parse(entry.reopenedAt) < CLOCKS_DIFFER_MS;
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
