import type { BatchCounts, BatchIdentity, LaterWord } from '@signering/contract';

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
  /** Of RELEASED and ENDED: the number of lists of rows. */
  readonly lists?: number;
  /** Of CANCELLED: jobs at the service are cancelled too. */
  readonly sentToo?: boolean;
  /** Of ENDED. */
  readonly counts?: BatchCounts;
}

/** A batch by its log. */
export interface BatchRecord extends BatchIdentity {
  /** When rows were released for the first time, ISO 8601. */
  readonly releasedAt: string;
  /** The number of lists of rows that may be sent. */
  readonly lists: number;
  readonly paused?: Pick<BatchEvent, 'at' | 'by' | 'reason'>;
  /** Until rows are released again. */
  readonly cancelled?: Pick<BatchEvent, 'at' | 'by' | 'reason'> & { readonly sentToo: boolean };
  /** Absent: the batch is open. */
  readonly ended?: { readonly at: string; readonly counts?: BatchCounts };
}

/** Rows and log of batches: written once, so a process needs no right to delete or overwrite. */
export interface BatchStore {
  /**
   * Adds a list of rows, which {@link BatchStore.record} releases.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  addRows(batch: BatchIdentity, rows: readonly BatchRow[]): Promise<void>;
  /** How many lists of rows there are, released or not. @throws STORAGE_UNAVAILABLE (retryable) */
  lists(batch: BatchIdentity): Promise<number>;
  /**
   * The rows of the first lists, in order; a reference that is listed twice comes once.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  rows(batch: BatchIdentity, lists: number): AsyncIterable<BatchRow>;
  /** Appends to the log. @throws STORAGE_UNAVAILABLE (retryable) */
  record(batch: BatchIdentity, event: BatchEvent): Promise<void>;
  /**
   * Undefined when no rows were released.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  find(batch: BatchIdentity): Promise<BatchRecord | undefined>;
  /**
   * Every batch with released rows.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  list(): AsyncIterable<BatchRecord>;
}
