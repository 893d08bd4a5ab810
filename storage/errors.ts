import { sentence, SigningError } from '@signering/schema';
import type { Erasure } from './job-erasure.js';
import type { LegalHold } from './legal-holds.js';
import type { LedgerEntry } from './reference-ledger.js';

/** The constructor's argument of {@link StorageUnavailableError}. */
export interface StorageUnavailableOptions {
  /** The attempted action, such as `keep a document`: completes the sentence "Storage could not …". */
  readonly attempt: string;
  /** What the system reported, such as `ENOSPC`. */
  readonly reason: string;
  readonly nextStep: string;
  readonly cause?: unknown;
  /** The fault concerns one ledger entry; others can be read. @default false */
  readonly isOfOneEntry?: boolean;
  /** There is no such folder or bucket. @default false */
  readonly isMissing?: boolean;
}

/**
 * STORAGE_UNAVAILABLE: a read or write of the storage failed: disk full, read-only, no permission, not mounted.
 * Nothing was written in part, so the call can be repeated. Says nothing about the stored content.
 */
export class StorageUnavailableError extends SigningError {
  /** True when the fault concerns one ledger entry, so that work on other entries can continue. */
  readonly isOfOneEntry: boolean;
  /** True when the folder or bucket of the storage does not exist. */
  readonly isMissing: boolean;

  constructor(options: StorageUnavailableOptions) {
    const { attempt, reason, nextStep, cause, isOfOneEntry = false, isMissing = false } = options;
    super('STORAGE_UNAVAILABLE', `${sentence(`Storage could not ${attempt}: ${reason}`)} ${nextStep}`, {
      cause,
    });
    this.isOfOneEntry = isOfOneEntry;
    this.isMissing = isMissing;
  }
}

/** The constructor's argument of {@link StorageMismatchError}. */
export interface StorageMismatchOptions {
  /** Identity of the storage that this process uses. */
  readonly here: string;
  /** Identity of the other storage; several are separated by a comma. */
  readonly there: string;
  /** Completes the sentence "The storage … is the one that …", such as `the job was started on`. */
  readonly whose: string;
}

/**
 * STORAGE_MISMATCH: client and worker use different storage, so that they do not share references, documents and
 * outcomes. Nothing was stored, sent or archived. Retryable: the job continues when the setting is corrected.
 */
export class StorageMismatchError extends SigningError {
  constructor({ here, there, whose }: StorageMismatchOptions) {
    super(
      'STORAGE_MISMATCH',
      `SIGNERING_STORAGE of this process leads to storage ${here}, and ${there} is the one that ${whose}. ` +
        'Set SIGNERING_STORAGE to the same storage for every client and worker (`signering doctor` shows the identity ' +
        'of each). Look for a typing error in the path and for a volume that is not mounted.',
    );
  }
}

/**
 * DOCUMENT_MISSING: a stored document does not exist. The usual cause is that client and worker use different
 * storage. Does not cover unreachable storage: that is STORAGE_UNAVAILABLE.
 */
export class DocumentMissingError extends SigningError {
  /** @param location names the storage */
  constructor(what: string, location: string) {
    super(
      'DOCUMENT_MISSING',
      `The storage ${location} holds no ${what}. ` +
        'Set SIGNERING_STORAGE to the same storage for client and worker, or restore the file from a backup.',
    );
  }
}

/**
 * STORED_CONTENT_DAMAGED: stored content differs from what was written: another digest or size, or an unreadable
 * ledger entry. The file was changed, or the disk is damaged. Does not cover incomplete downloads.
 */
export class StoredContentDamagedError extends SigningError {
  constructor(what: string, found: string, cause?: unknown) {
    super(
      'STORED_CONTENT_DAMAGED',
      `Stored content is damaged: ${what} ${found}. Check the disk, and restore the file from a backup.`,
      { cause },
    );
  }
}

/**
 * REFERENCE_IN_USE: the reference belongs to a job with other content. The same reference with the same content is
 * not an error: it returns the existing job.
 */
export class ReferenceInUseError extends SigningError {
  /**
   * @param claimedAt ISO 8601
   * @param differences the parts that differ, where both jobs can be read
   */
  constructor(reference: string, claimedAt: string, differences: readonly string[] = []) {
    const what = differences.length === 0 ? 'documents, signers, texts or terms' : differences.join(', ');
    super(
      'REFERENCE_IN_USE',
      `Reference "${reference}" was taken on ${claimedAt.slice(0, 10)} for a job with other content. These parts ` +
        `differ: ${what}. Choose another reference, or submit the same content to get the existing job.`,
      { reference, ...(differences.length > 0 && { differences }) },
    );
  }
}

/**
 * LEDGER_CONFLICT: another process wrote the next revision of a ledger entry after it was read. Nothing was written:
 * read the entry again and repeat the step.
 */
export class LedgerConflictError extends SigningError {
  constructor(reference: string, revision: number) {
    super(
      'LEDGER_CONFLICT',
      `Cannot write revision ${revision} of the ledger entry of reference "${reference}": another process wrote it ` +
        'first. Read the entry again and repeat the step.',
      { reference },
    );
  }
}

/** JOB_ERASED: the job was erased on request, or its erasure has begun, and its reference cannot be used again. */
export class JobErasedError extends SigningError {
  /** @param isComplete false: only its beginning is known */
  constructor(reference: string, { at, by, reason = '' }: Erasure, { isComplete = true } = {}) {
    const when = `${at.slice(0, 10)}${by === undefined ? '' : ` by ${by}`}: ${reason.replace(/\.$/u, '')}`;
    super(
      'JOB_ERASED',
      isComplete
        ? `The job of reference "${reference}" was erased on ${when}. Its documents are gone, and the reference cannot be ` +
            'used again.'
        : `The erasure of the job of reference "${reference}" was begun on ${when}. Nothing of it can be read, and the ` +
            'reference cannot be used again. To see whether it is complete, repeat it (signering erase).',
      { reference },
    );
  }

  /** The error of a ledger entry, if its erasure has begun. */
  static of({
    reference,
    erased,
    erasing,
  }: Pick<LedgerEntry, 'reference' | 'erased' | 'erasing'>): JobErasedError | undefined {
    const erasure = erased ?? erasing;
    return erasure && new JobErasedError(reference, erasure, { isComplete: erased !== undefined });
  }
}

/** DOCUMENTS_EXPIRED: retention removed the archived documents of a job, as the settings of the workers say. */
export class DocumentsExpiredError extends SigningError {
  /** @param removedAt ISO 8601 */
  constructor(reference: string, removedAt: string) {
    super(
      'DOCUMENTS_EXPIRED',
      `The archived documents of reference "${reference}" were removed on ${removedAt.slice(0, 10)}, when their retention ` +
        'period (SIGNERING_RETENTION_ARCHIVE_DAYS) had ended. The receipt with the outcome and the digests is kept.',
      { reference },
    );
  }
}

/** JOB_ON_HOLD: an operator has placed a legal hold on the job, so nothing of it may be deleted. */
export class JobOnHoldError extends SigningError {
  /** @param attempt completes the sentence "Cannot …", such as `delete the service's documents` */
  constructor(attempt: string, { reference, by, at, reason }: LegalHold) {
    super(
      'JOB_ON_HOLD',
      `Cannot ${attempt} of reference "${reference}": it has had a legal hold since ${at.slice(0, 10)}` +
        `${by === undefined ? '' : ` (${by})`}: ${reason.replace(/\.$/u, '')}. Nothing was deleted. ` +
        'Release the hold first (signering hold REF --release).',
      { reference },
    );
  }
}

/**
 * ARCHIVE_CONFLICT: the archive already holds other bytes under this name, and archived files are never overwritten.
 * Identical bytes are not a conflict.
 */
export class ArchiveConflictError extends SigningError {
  constructor(folder: string, name: string, signatureJobId: string) {
    super(
      'ARCHIVE_CONFLICT',
      `Cannot archive ${name} in ${folder}: the archive already holds other content under that name and is never overwritten. ` +
        'Compare the two; if the archived one is wrong, move it away manually and retry.',
      { signatureJobId },
    );
  }
}
