import { Context } from '@temporalio/activity';
import { SigningError, type ConfirmationUrl } from '@signering/schema';
import type { LedgerKey } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { passedOnState, passOn } from './heartbeat-interceptor.js';
import { recordConfirmation } from './settle-reference.js';

/** The argument of the activity `confirmOutcome`. */
export interface ConfirmOutcomeInput {
  readonly confirmationUrl: ConfirmationUrl;
  /** Of the settled reference. Absent for a second job, whose confirmation the ledger does not hold. */
  readonly entry?: LedgerKey;
}

/** State that a failing attempt passes to the next one. */
interface InterruptedConfirmation {
  readonly isConfirmed: true;
}

export const createConfirmOutcomeActivity = ({
  signedDocuments,
  ledger,
}: Pick<ActivityDependencies, 'signedDocuments' | 'ledger'>) => ({
  /**
   * Confirms a job's final status change, after which the service may delete its copies, and records in the ledger when.
   * Safe to repeat: a job that is gone on a later attempt was confirmed by an earlier attempt, and the first recorded time
   * stands. The attempt after one that failed to record does not confirm again, as a rule; confirming twice has no effect.
   * @throws DOCUMENT_MISSING without a ledger entry, STORAGE_UNAVAILABLE (retryable)
   */
  confirmOutcome: async ({ confirmationUrl, entry }: ConfirmOutcomeInput): Promise<void> => {
    const { info, cancellationSignal } = Context.current();
    const before = passedOnState() as InterruptedConfirmation | undefined;
    try {
      if (before?.isConfirmed !== true) {
        await signedDocuments.confirmStatusChange(confirmationUrl, { signal: cancellationSignal });
      }
    } catch (error) {
      if (info.attempt === 1 || !isGone(error)) throw error;
    }
    if (entry === undefined) return;
    passOn({ isConfirmed: true } satisfies InterruptedConfirmation);
    await recordConfirmation(entry, ledger);
  },
});

/** True for the service's answers about a job whose final change was confirmed. */
export function isGone(error: unknown): boolean {
  return error instanceof SigningError && [404, 409, 410].includes(error.facts.httpStatus ?? 0);
}
