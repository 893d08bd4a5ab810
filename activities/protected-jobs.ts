import type { SigningError } from '@signering/schema';
import { isFaultOfOneEntry, type LedgerEntry, type LegalHolds, type ListedHold } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** Ledger entries that are read at the same time. */
const READ_AT_ONCE = 16;

type Dependencies = Pick<ActivityDependencies, 'ledger'> & { readonly holds: Pick<LegalHolds, 'list'> };

/** A job whose documents must stay. */
export interface ProtectedJob {
  readonly because: 'OPEN' | 'HELD';
  readonly entry: LedgerEntry;
  /** The record of the hold cannot be read: it counts as a hold. */
  readonly unreadableHold?: SigningError;
}

/** A job whose documents are unknown. */
export interface UnknownJob {
  readonly because: ProtectedJob['because'];
  readonly unreadable: SigningError;
}

/**
 * The jobs whose documents must stay: open ones, and those with a legal hold.
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function* protectedJobs({
  ledger,
  holds,
}: Dependencies): AsyncGenerator<ProtectedJob | UnknownJob> {
  for await (const reference of ledger.unsettled({ atOnce: READ_AT_ONCE })) {
    if ('unreadable' in reference) yield { because: 'OPEN', unreadable: reference.unreadable };
    else yield { because: 'OPEN', entry: reference.entry };
  }
  for await (const listed of holds.list()) {
    const held = await heldJob(listed, ledger);
    if (held !== undefined) yield held;
  }
}

async function heldJob(
  listed: ListedHold,
  ledger: Dependencies['ledger'],
): Promise<ProtectedJob | UnknownJob | undefined> {
  try {
    if ('hold' in listed) {
      const entry = await ledger.find(listed.hold);
      return entry && { because: 'HELD', entry };
    }
    const { of, unreadable } = listed;
    const entry = await ledger.findByDigest(of);
    return entry ? { because: 'HELD', entry, unreadableHold: unreadable } : { because: 'HELD', unreadable };
  } catch (error) {
    if (!isFaultOfOneEntry(error)) throw error;
    return { because: 'HELD', unreadable: error };
  }
}
