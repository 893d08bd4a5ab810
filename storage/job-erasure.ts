import type { DecidedBy } from '@signering/contract';
import type { LedgerEntry } from './reference-ledger.js';

/** Who had a job erased, when and why. */
export interface Erasure extends DecidedBy {
  /** ISO 8601. */
  readonly at: string;
}

/** A file that the store does not let anyone delete yet (S3 Object Lock). */
export interface RetainedFile {
  /** Such as `signed.pdf`. */
  readonly name: string;
  /** ISO 8601. */
  readonly until: string;
}

/** The argument of {@link JobErasure.removeDocuments}. */
export interface DocumentsToRemove {
  /** Digests of documents that other jobs need. */
  readonly shared: ReadonlySet<string>;
  /** When the search for them began, in milliseconds since 1970. */
  readonly searchedAt: number;
}

/** The result of {@link JobErasure.removeDocuments}. */
export interface RemovedDocuments {
  /** Documents of the entry that a repeated erasure must remove: other jobs need them, or the store retains them. */
  readonly left: LedgerEntry['documents'];
  readonly retained: readonly RetainedFile[];
}

/** Removes what storage holds of a job, on request or after its retention period. Every step is safe to repeat. */
export interface JobErasure {
  /**
   * Removes the documents to sign, except those that other jobs need. A document that was stored again shortly before the
   * search or later also stays: its job may not have been claimed yet.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  removeDocuments(entry: LedgerEntry, options: DocumentsToRemove): Promise<RemovedDocuments>;
  /**
   * Removes the job's archive and suspect bytes, and those of its duplicates. Before, it writes `receipt-erased.json`: the
   * receipt without personal data.
   * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  removeArchive(entry: LedgerEntry, erasure: Erasure): Promise<readonly RetainedFile[]>;
  /**
   * Removes the job's archive and suspect bytes, and those of its duplicates, except the receipts. Stops at the first file
   * that the store retains.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  removeExpired(entry: LedgerEntry): Promise<RetainedFile | undefined>;
  /** The ids of second jobs in the job's archive folder. @throws STORAGE_UNAVAILABLE (retryable) */
  listDuplicates(entry: LedgerEntry): Promise<readonly string[]>;
}
