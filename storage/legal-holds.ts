import type { SigningError } from '@signering/schema';
import type { Erasure } from './job-erasure.js';
import type { LedgerKey, ReferenceDigest } from './reference-ledger.js';

/** Why a job's files must be kept. */
export interface LegalHold extends LedgerKey {
  /** 1–500 characters, without personal data. */
  readonly reason: string;
  /** The person's name or user name. Absent when the caller named none. */
  readonly by?: string;
  /** When it was placed, ISO 8601. */
  readonly at: string;
}

/** A hold of the list, or a record that cannot be read and counts as one: what it protects is the job of the digest. */
export type ListedHold =
  { readonly hold: LegalHold } | { readonly unreadable: SigningError; readonly of: ReferenceDigest };

/** The argument of {@link LegalHolds.release}. */
export interface HoldRelease extends LedgerKey {
  readonly reason?: string;
  /** The person's name or user name. Absent when the caller named none. */
  readonly by?: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Legal holds: while a reference has one, nothing of its job may be deleted. Placed and released holds are kept as
 * records that are written once, so a process needs no right to delete or overwrite.
 */
export interface LegalHolds {
  /**
   * Places a hold, unless the reference has one.
   * @returns the hold in force, which may be an earlier one
   * @throws JOB_ERASED after {@link preclude}, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  place(hold: LegalHold): Promise<LegalHold>;
  /**
   * Releases the hold of a reference.
   * @returns the released hold; undefined when there was none
   * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  release(release: HoldRelease): Promise<LegalHold | undefined>;
  /**
   * Makes it impossible to place a hold from now on, unless the reference has one: its job is going to be erased. Idempotent.
   * @returns the hold in force, which stays
   * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  preclude(key: LedgerKey, erasure: Erasure): Promise<LegalHold | undefined>;
  /** The hold in force. @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable) */
  find(key: LedgerKey): Promise<LegalHold | undefined>;
  /** Lists the holds in force, of every organisation, and the records that cannot be read. @throws STORAGE_UNAVAILABLE (retryable) */
  list(): AsyncIterable<ListedHold>;
}
