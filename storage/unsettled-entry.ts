import { SigningError } from '@signering/schema';
import { StorageUnavailableError } from './errors/storage-unavailable-error.js';
import type { LedgerEntry } from './reference-ledger.js';

/** A reference out of the index of unsettled entries: its entry, or why that cannot be read. */
export type UnsettledReference = {
  /** Where it stands in the index: what comes after it is listed from there. */
  readonly position: string;
} & ({ readonly entry: LedgerEntry } | { readonly unreadable: SigningError });

/** True when reading failed for a reason of one entry alone: it is damaged, or its permissions are missing. */
export function isFaultOfOneEntry(error: unknown): error is SigningError {
  if (error instanceof StorageUnavailableError) return error.isOfOneEntry;
  return error instanceof SigningError && error.code === 'STORED_CONTENT_DAMAGED';
}

/** True for an entry that never changes again: settled, with its final change confirmed or nothing to confirm. */
export function isSettledForGood({ settled, confirmedAt }: LedgerEntry): boolean {
  return settled !== undefined && (confirmedAt !== undefined || settled.nothingToConfirm === true);
}

/** True for an entry whose job goes on. One that was abandoned goes on once its job turns out to have been created. */
export function isUnsettled(entry: LedgerEntry): boolean {
  if (isSettledForGood(entry)) return false;
  return entry.abandoned === undefined || entry.created !== undefined;
}
