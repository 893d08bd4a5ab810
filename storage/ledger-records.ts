import type { RetainedFile } from './job-erasure.js';
import type { LedgerEntry, LedgerKey, ReferenceDigest } from './reference-ledger.js';

/** Where the revisions of an entry are. */
export interface EntryPlace extends ReferenceDigest {
  /** Names the entry in messages, such as `the ledger entry of reference "A-1"`. */
  readonly what: string;
}

/** Position of an unsettled entry in the index. */
export interface UnsettledPosition extends ReferenceDigest {
  /** Both, in list order. */
  readonly position: string;
}

/**
 * Revisions, pointers and markers of the reference ledger: the part of it in which a folder and S3 differ. Every step is
 * durable when its call returns.
 */
export interface LedgerRecords {
  /**
   * The text of the newest revision of an entry, if there is one. It is empty when an erasure emptied that revision after
   * it was listed.
   * @throws STORED_CONTENT_DAMAGED when this entry is damaged; STORAGE_UNAVAILABLE (retryable), with `isOfOneEntry` when
   *   only this entry cannot be read
   */
  newestText(place: EntryPlace): Promise<string | undefined>;
  /** Writes a revision unless there is one with its number. @returns whether it was written */
  write(entry: LedgerEntry): Promise<boolean>;
  /**
   * Empties the revisions before this one. Their numbers stay taken, so that a process that read one of them cannot write
   * the next. Idempotent.
   * @returns those whose content the store retains
   */
  emptyBefore(entry: LedgerEntry): Promise<readonly RetainedFile[]>;
  /** Makes an entry durable whose writer may have been killed before. */
  ensureDurable(key: LedgerKey): Promise<void>;
  /** Marks an entry as unsettled. Idempotent. */
  mark(key: LedgerKey): Promise<void>;
  /** Idempotent. */
  unmark(key: LedgerKey): Promise<void>;
  /** Marked entries after a position, in the order of organisations and names. */
  markedAfter(start: string): AsyncIterable<UnsettledPosition>;
  /** Points from a job to its entry. Idempotent. */
  point(entry: LedgerEntry, signatureJobId: string): Promise<void>;
  /** The names of the entries that a job points to. */
  pointedBy(
    organization: string,
    flow: LedgerEntry['flow'],
    signatureJobId: string,
  ): Promise<readonly string[]>;
}
