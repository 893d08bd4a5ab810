import type { BatchCounts, BatchIdentity, LaterWord } from '@signering/contract';
import type { SigningError } from '@signering/schema';

/** A row of a batch: its job is in the reference ledger. */
export interface BatchRow {
  /** The job's reference. */
  readonly reference: string;
  /** Its number in the file that brought it, from 1. */
  readonly row: number;
}

/** What happened to a batch. RELEASED: its rows may be sent. ENDED: every row has an outcome. */
export const BATCH_EVENTS = ['RELEASED', 'PAUSED', 'RESUMED', 'CANCELLED', 'ENDED'] as const;

/** An entry in the log of a batch. */
export interface BatchEvent {
  readonly event: (typeof BATCH_EVENTS)[number] | LaterWord;
  /** ISO 8601. */
  readonly at: string;
  /** The person's name or user name. */
  readonly by?: string;
  /** 1–500 characters, without personal data. */
  readonly reason?: string;
  /** Of RELEASED: the numbers of the lists whose rows may be sent. Of CANCELLED: of all lists, also of a hand-over that was broken off. */
  readonly lists?: readonly number[];
  /** Of ENDED: the newest number of the log that it knows. It says nothing about rows that were released later. */
  readonly seen?: number;
  /** Of CANCELLED: jobs at the service are cancelled too. */
  readonly sentToo?: boolean;
  /** Of ENDED. */
  readonly counts?: BatchCounts;
}

/** A batch by its log. */
export interface BatchRecord extends BatchIdentity {
  /** When rows were released for the first time, ISO 8601. */
  readonly releasedAt: string;
  /** The numbers of the lists whose rows may be sent, in the order in which they were released. */
  readonly lists: readonly number[];
  /** The number of the newest event in the log. */
  readonly newest: number;
  /** The number of the event that last released or cancelled rows. */
  readonly opened: number;
  /** When that event was, ISO 8601. */
  readonly openedAt: string;
  /** When rows were last released or the sending resumed, ISO 8601. */
  readonly activeSince: string;
  readonly paused?: Pick<BatchEvent, 'at' | 'by' | 'reason'>;
  /** Until rows are released again. */
  readonly cancelled?: Pick<BatchEvent, 'at' | 'by' | 'reason'> & {
    readonly sentToo: boolean;
    /** Lists of a hand-over that was broken off: their rows are withdrawn too, and are no rows of the batch. */
    readonly unreleased: readonly number[];
  };
  /** Absent: the batch is open. */
  readonly ended?: { readonly at: string; readonly counts?: BatchCounts };
}

/** Rows and log of batches: written once, so a client needs no right to delete or overwrite. */
export interface BatchStore {
  /**
   * Adds a list of rows, which {@link BatchStore.record} releases. @returns its number
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  addRows(batch: BatchIdentity, rows: readonly BatchRow[]): Promise<number>;
  /** The numbers of all lists of rows, released or not. @throws STORAGE_UNAVAILABLE (retryable) */
  lists(batch: BatchIdentity): Promise<readonly number[]>;
  /** The number of the newest event in the log, 0 without events. @throws STORAGE_UNAVAILABLE (retryable) */
  newest(batch: BatchIdentity): Promise<number>;
  /**
   * The rows of some lists, in order; a reference that is listed twice comes once.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  rows(batch: BatchIdentity, lists: readonly number[]): AsyncIterable<BatchRow>;
  /**
   * Appends to the log, and keeps the index of open batches.
   * @returns the event's number in the log
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  record(batch: BatchIdentity, event: BatchEvent): Promise<number>;
  /**
   * Undefined when no rows were released, and nothing was cancelled.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  find(batch: BatchIdentity): Promise<BatchRecord | undefined>;
  /**
   * Every batch with released rows, or the fault of its log alone.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  list(): AsyncIterable<ListedBatch>;
  /**
   * As {@link BatchStore.list}, only batches that have not ended, by an index: its cost does not grow with the number of ended ones.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  open(): AsyncIterable<ListedBatch>;
}

/** A batch in a list. */
export type ListedBatch =
  | { readonly record: BatchRecord; readonly unreadable?: undefined }
  | { readonly record?: undefined; readonly folder: string; readonly unreadable: SigningError };
