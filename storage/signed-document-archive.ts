import type { Readable } from 'node:stream';
import type { Receipt } from './receipt.js';
import type { LedgerKey } from './reference-ledger.js';

/** Which job an archived document belongs to: names its folder `{organisation}/{year-month}/{job id}-{reference}`. */
export interface ArchivedJob extends LedgerKey {
  readonly signatureJobId: string;
  /** A second job under the same reference, archived in `duplicates/{its id}` of the job's folder. */
  readonly duplicateJobId?: string;
  /** When the job was created, ISO 8601: its month (UTC) is in the folder's name. */
  readonly createdAt: string;
}

/** A file in the archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** The argument of {@link SignedDocumentArchive.put}. */
export interface PutOptions<T> {
  readonly job: ArchivedJob;
  /** Such as `signed.pdf`. */
  readonly name: string;
  readonly content: Readable;
  /**
   * Judges the bytes as they were read back from the disk, before they get their name; a throw discards them. They are
   * in memory as a whole: limit what is handed in as `content`.
   */
  readonly verify: (content: Uint8Array) => Promise<T>;
}

/** Signed documents and receipts, written once and never changed, laid out for a person to browse. */
export interface SignedDocumentArchive {
  /**
   * Writes to a temporary name, syncs, reads back, verifies, renames. Safe to repeat with the same bytes.
   * @throws ARCHIVE_CONFLICT when other bytes stand under this name, STORAGE_UNAVAILABLE (retryable)
   */
  put<T>(options: PutOptions<T>): Promise<{ readonly file: ArchivedFile; readonly verified: T }>;
  /**
   * Digest and size of what stands under a name; every file was verified before it got its name. Reads in pieces.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(job: ArchivedJob, name: string): Promise<ArchivedFile | undefined>;
  /** The bytes under a name, as a whole. @throws STORAGE_UNAVAILABLE (retryable) */
  read(job: ArchivedJob, name: string): Promise<Uint8Array | undefined>;
  /**
   * Takes a document out of the archive again, as long as the job has no receipt: for one that turns out to be another
   * signer's. The caller has kept its bytes elsewhere.
   * @throws ARCHIVE_CONFLICT when there is a receipt, STORAGE_UNAVAILABLE (retryable)
   */
  withdraw(job: ArchivedJob, name: string): Promise<void>;
  /**
   * Writes `receipt.json` once; the same receipt again is no change.
   * @throws ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable)
   */
  putReceipt(job: ArchivedJob, receipt: Receipt): Promise<void>;
  /** @throws STORAGE_UNAVAILABLE (retryable) */
  readReceipt(job: ArchivedJob): Promise<Receipt | undefined>;
  /**
   * Reads a file back in pieces and compares its digest and size.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  verifyFile(job: ArchivedJob, file: ArchivedFile): Promise<void>;
  /** The job's folder, relative to the archive's root, with `/` between its parts. */
  folderOf(job: ArchivedJob): string;
}
