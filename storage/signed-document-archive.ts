import type { Readable } from 'node:stream';
import type { Erasure } from './job-erasure.js';
import type { SigningError } from '@signering/schema';
import type { ArchivedMetadata } from './metadata-file.js';
import type { Receipt } from './receipt.js';
import type { LedgerKey } from './reference-ledger.js';

/** The job of an archived document. Determines its folder `{organisation}/{year-month}/{job id}-{reference}`. */
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

/** The argument of {@link SignedDocumentArchive.listRemovable}. */
export interface RemovableJobsOptions {
  /** Organisation numbers. */
  readonly organizations: Iterable<string>;
  /** Jobs that were created in a later month than this moment are left out; ISO 8601. */
  readonly createdUntil: string;
}

/** A job whose folder has a receipt and still holds other files. */
export type RemovableJob = {
  readonly folder: string;
} & (
  | {
      readonly receipt: Receipt;
      /** When the last of its second jobs was archived, ISO 8601. Absent: it has none. */
      readonly duplicateArchivedAt?: string;
      /** A second job in `duplicates/` has no receipt yet. */
      readonly isOpen: boolean;
    }
  | {
      /** Why a receipt cannot be read. */
      readonly unreadable: SigningError;
    }
);

/** The argument of {@link SignedDocumentArchive.put}. */
export interface PutOptions<T> {
  readonly job: ArchivedJob;
  /** Such as `signed.pdf`. */
  readonly name: string;
  readonly content: Readable;
  /**
   * Verifies the bytes read back from disk before the file gets its name; a throw discards them. They are held in
   * memory, so limit the size of `content`.
   */
  readonly verify: (content: Uint8Array) => Promise<T>;
}

/** Signed documents and receipts, written once and never changed, in a layout that people can browse. */
export interface SignedDocumentArchive {
  /**
   * Writes a temporary file, syncs it while it is read back and verified, then renames it. Idempotent for the same bytes.
   * @throws ARCHIVE_CONFLICT when the name has other bytes, STORAGE_UNAVAILABLE (retryable)
   */
  put<T>(options: PutOptions<T>): Promise<{ readonly file: ArchivedFile; readonly verified: T }>;
  /**
   * Digest and size of an archived file, which was verified before it got its name. Reads in chunks.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  find(job: ArchivedJob, name: string): Promise<ArchivedFile | undefined>;
  /** The whole content of an archived file. @throws STORAGE_UNAVAILABLE (retryable) */
  read(job: ArchivedJob, name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** An archived file in chunks; destroy the stream if it is not read to its end. @throws STORAGE_UNAVAILABLE (retryable) */
  readInChunks(job: ArchivedJob, name: string): Promise<Readable | undefined>;
  /**
   * Removes a document of a job without a receipt, when it turns out to belong to another signer. The caller must
   * have stored its bytes elsewhere.
   * @throws ARCHIVE_CONFLICT when there is a receipt, STORAGE_UNAVAILABLE (retryable)
   */
  withdraw(job: ArchivedJob, name: string): Promise<void>;
  /**
   * Writes `metadata.json` once, before the receipt. Idempotent for the same metadata.
   * @throws ARCHIVE_CONFLICT, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  putMetadata(job: ArchivedJob, metadata: ArchivedMetadata): Promise<ArchivedFile>;
  /** Undefined when there is none. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable) */
  readMetadata(job: ArchivedJob): Promise<ArchivedMetadata | undefined>;
  /**
   * Writes `receipt.json` once. Idempotent for the same facts: `startedAt`, `archivedAt` and `software` may differ in a
   * repeated call, and the first receipt stands.
   * @returns the receipt in the archive
   * @throws ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable)
   */
  putReceipt(job: ArchivedJob, receipt: Receipt): Promise<Receipt>;
  /**
   * Writes `receipt-erased.json`: the receipt without personal data, digests of its content and decisions. Idempotent: the
   * first one stands.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  putErasedReceipt(job: ArchivedJob, receipt: Receipt, erasure: Erasure): Promise<void>;
  /** @throws STORAGE_UNAVAILABLE (retryable) */
  readReceipt(job: ArchivedJob): Promise<Receipt | undefined>;
  /**
   * Reads an archived file in chunks and verifies its digest and size.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  verifyFile(job: ArchivedJob, file: ArchivedFile): Promise<void>;
  /**
   * The references of the jobs whose receipts were written since then, without duplicates; a receipt that cannot be read
   * is left out, and so is a job that was created more than 1,000 days before.
   * @param since ISO 8601
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  listSettled(since: string): AsyncIterable<LedgerKey>;
  /**
   * Jobs with files that retention may remove. Lists month by month, and reads receipts of such jobs only.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  listRemovable(options: RemovableJobsOptions): AsyncIterable<RemovableJob>;
  /** The job's folder, relative to the archive's root, with `/` as separator. */
  folderOf(job: ArchivedJob): string;
}
