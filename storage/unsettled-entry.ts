import type { StoredContentDamagedError } from './errors/stored-content-damaged-error.js';
import type { LedgerEntry } from './reference-ledger.js';

/** A reference out of the index of unsettled entries: its entry, or why that cannot be read. */
export type UnsettledReference = {
  /** Where it stands in the index: what comes after it is listed from there. */
  readonly position: string;
} & ({ readonly entry: LedgerEntry } | { readonly damaged: StoredContentDamagedError });

/** True for an entry that never changes again: settled, with its final change confirmed or nothing to confirm. */
export function isSettledForGood({ settled, confirmedAt }: LedgerEntry): boolean {
  return settled !== undefined && (confirmedAt !== undefined || settled.nothingToConfirm === true);
}

/** True for an entry whose job goes on. One that was abandoned goes on once its job turns out to have been created. */
export function isUnsettled(entry: LedgerEntry): boolean {
  if (isSettledForGood(entry)) return false;
  return entry.abandoned === undefined || entry.created !== undefined;
}
