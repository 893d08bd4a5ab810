import { log } from '@temporalio/activity';
import { SigningError } from '@signering/schema';
import type { LedgerEntry, ReferenceLedger } from '@signering/storage';
import { findEntryOf, type ChangedJob } from './deliver-status-change.js';

/**
 * Records in the ledger that the drain confirmed the final change of a settled job, whose workflow was terminated before
 * it could; returns the entry. Safe to repeat.
 */
export async function recordConfirmationOf(
  job: ChangedJob,
  ledger: ReferenceLedger,
): Promise<LedgerEntry | undefined> {
  try {
    const entry = await findEntryOf(job, ledger);
    if (entry?.settled === undefined || entry.confirmedAt !== undefined) return entry;
    return await ledger.advance(entry, { confirmedAt: new Date().toISOString() });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    // A repeated drain would not fetch the confirmed change again.
    log.warn('A final change was confirmed, and its ledger entry could not be updated.', {
      signatureJobId: job.signatureJobId,
      code: error.code,
    });
    return undefined;
  }
}
