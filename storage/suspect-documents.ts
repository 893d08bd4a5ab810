import type { ArchivedJob } from './signed-document-archive.js';

/** A signed document that the check found BROKEN. */
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

/** Limits of stored suspect bytes. Beyond them the oldest file is removed, never the newest. */
export interface SuspectBounds {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** Per job. A duplicate counts as a job. */
export const SUSPECTS_OF_JOB: SuspectBounds = { maxFiles: 64, maxBytes: 1024 ** 3 };
/** Per storage. */
export const ALL_SUSPECTS: SuspectBounds = { maxFiles: 10_000, maxBytes: 8 * 1024 ** 3 };

/**
 * Bytes that the check found BROKEN, for an operator to inspect and possibly accept. They are not evidence: they are
 * stored apart from the archive, can be deleted manually at any time, and the oldest are removed beyond {@link
 * SUSPECTS_OF_JOB} and {@link ALL_SUSPECTS}.
 */
export interface SuspectDocuments {
  /**
   * Stores the bytes under their digest, readable by the owner only. Identical bytes are stored once and count as the
   * newest.
   * @returns the path, relative to the storage's root, with `/` as separator
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  keep(suspect: SuspectBytes): Promise<string>;
  /** The bytes, or undefined if they were removed or damaged. @throws STORAGE_UNAVAILABLE (retryable) */
  find(suspect: SuspectDocument): Promise<Uint8Array | undefined>;
}
