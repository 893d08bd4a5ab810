import type { Readable } from 'node:stream';
import type { Receipt } from './receipt.js';

/** Which job an archived document belongs to: names its folder `{organisation}/{year-month}/{job id}-{reference}`. */
export interface ArchivedJob {
  readonly organizationNumber: string;
  readonly reference: string;
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
  /** Looks at the bytes as they were read back from the disk, before they get their name; a throw discards them. */
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
   * The bytes under a name, or nothing: whatever has a name here was verified before it got it.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(job: ArchivedJob, name: string): Promise<Uint8Array | undefined>;
  /**
   * Writes `receipt.json` once; the same receipt again is no change.
   * @throws ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable)
   */
  putReceipt(job: ArchivedJob, receipt: Receipt): Promise<void>;
  /** @throws STORAGE_UNAVAILABLE (retryable) */
  readReceipt(job: ArchivedJob): Promise<Receipt | undefined>;
  /**
   * Reads a file back and compares its digest and size.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  verifyFile(job: ArchivedJob, file: ArchivedFile): Promise<void>;
  /** The job's folder, relative to the archive's root, with `/` between its parts. */
  folderOf(job: ArchivedJob): string;
}
