import { log } from '@temporalio/activity';
import { SigningError } from '@signering/schema';
import type { ReferenceLedger } from '@signering/storage';
import { findEntryOf, type ChangedJob } from './deliver-status-change.js';

/**
 * Writes into the ledger that the final change of a settled job was confirmed by the drain. Its workflow does so
 * otherwise, and was terminated between the two steps. Safe to repeat.
 */
export async function recordConfirmationOf(job: ChangedJob, ledger: ReferenceLedger): Promise<void> {
  try {
    const entry = await findEntryOf(job, ledger);
    if (entry?.settled === undefined || entry.confirmedAt !== undefined) return;
    await ledger.advance(entry, { confirmedAt: new Date().toISOString() });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    // The confirmation stands: repeating the drain would not bring the change again.
    log.warn('A final change was confirmed, and its ledger entry stays unsettled: it was not written.', {
      signatureJobId: job.signatureJobId,
      code: error.code,
    });
  }
}
