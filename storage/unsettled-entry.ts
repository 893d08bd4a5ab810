import { SigningError, type ErrorCode } from '@signering/schema';
import { StorageUnavailableError } from './errors.js';
import type { LedgerEntry } from './reference-ledger.js';

/** An indexed unsettled reference: its entry, or why the entry cannot be read. */
export type UnsettledReference = {
  /** Its position in the index; listing can continue after it. */
  readonly position: string;
} & ({ readonly entry: LedgerEntry } | { readonly unreadable: SigningError });

/** Codes of faults of one entry. */
const OF_ONE_ENTRY: readonly ErrorCode[] = ['STORED_CONTENT_DAMAGED', 'VERSION_NOT_SUPPORTED'];

/** True when only one entry is affected: it is damaged, a later version wrote it, or its permissions are missing. */
export function isFaultOfOneEntry(error: unknown): error is SigningError {
  if (error instanceof StorageUnavailableError) return error.isOfOneEntry;
  return error instanceof SigningError && OF_ONE_ENTRY.includes(error.code);
}

/** True for an entry that can no longer change: settled, with its final change confirmed or nothing to confirm. */
export function isSettledForGood({ settled, confirmedAt }: LedgerEntry): boolean {
  return settled !== undefined && (confirmedAt !== undefined || settled.nothingToConfirm === true);
}

/** How long the service keeps signed documents, in milliseconds; a later confirmation is impossible. */
const CONFIRMABLE_MS = 40 * 24 * 60 * 60 * 1000;

/** True for an entry that is settled, and was so long ago that its final change can no longer be confirmed. */
export function isPastConfirmation({ settled }: LedgerEntry): boolean {
  return settled !== undefined && Date.now() - Date.parse(settled.settledAt) >= CONFIRMABLE_MS;
}

/**
 * True for an entry whose job can be erased: it has ended and its final change is confirmed or can no longer be, or it was
 * never created and cannot turn out to have been. An erasure can be repeated.
 */
export function isErasable(entry: LedgerEntry): boolean {
  if (entry.erased !== undefined || isSettledForGood(entry) || isPastConfirmation(entry)) return true;
  return entry.abandoned !== undefined && isUnsent(entry);
}

/** True for an abandoned entry whose job may turn out to have been created: the answer to a request is not known. */
export function mayBeCreated({ abandoned, erased, attempts }: LedgerEntry): boolean {
  if (abandoned === undefined || erased !== undefined) return false;
  return attempts.some(({ outcome }) => outcome !== 'REFUSED');
}

/** True for an entry whose job was not created, and cannot turn out to have been: no attempt, or each was refused. */
export function isUnsent({ created, attempts }: LedgerEntry): boolean {
  return created === undefined && attempts.every(({ outcome }) => outcome === 'REFUSED');
}

/** True for an entry whose batch was cancelled before its job was sent. */
export function isWithdrawn(entry: LedgerEntry): boolean {
  return entry.abandoned?.withdrawn === true && isUnsent(entry);
}

/** True for an entry whose job is open. An abandoned one is open again once its job turns out to have been created. */
export function isUnsettled(entry: LedgerEntry): boolean {
  if (isSettledForGood(entry) || entry.erased !== undefined) return false;
  return entry.abandoned === undefined || entry.created !== undefined;
}
