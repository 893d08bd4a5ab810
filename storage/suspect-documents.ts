import type { ArchivedJob } from './signed-document-archive.js';

/** Bytes that came for a signed document and were judged BROKEN. */
export interface SuspectDocument {
  readonly job: ArchivedJob;
  /** The document's name in the archive, such as `signed.pdf`. */
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The argument of {@link SuspectDocuments.keep}. */
export interface SuspectBytes extends Omit<SuspectDocument, 'sha256'> {
  readonly content: Uint8Array;
}

/** How much of suspect bytes is kept; beyond it the oldest file is removed first, never the newest one. */
export interface SuspectBounds {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** For one job. A duplicate counts as a job. */
export const SUSPECTS_OF_JOB: SuspectBounds = { maxFiles: 64, maxBytes: 1024 ** 3 };
/** For the whole storage. */
export const ALL_SUSPECTS: SuspectBounds = { maxFiles: 10_000, maxBytes: 8 * 1024 ** 3 };

/**
 * Bytes that were judged BROKEN, for an operator to look at and perhaps to accept. They are no evidence: they stand
 * apart from the archive, may be deleted by hand at any time, and within {@link SUSPECTS_OF_JOB} and
 * {@link ALL_SUSPECTS} the newest are kept.
 */
export interface SuspectDocuments {
  /**
   * Keeps the bytes under their digest, readable by the owner only; the same bytes again are kept once and count as
   * the newest.
   * @returns the place, relative to the storage's root, with `/` between its parts
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  keep(suspect: SuspectBytes): Promise<string>;
  /** The bytes, unless they were removed or damaged. @throws STORAGE_UNAVAILABLE (retryable) */
  find(suspect: SuspectDocument): Promise<Uint8Array | undefined>;
}
