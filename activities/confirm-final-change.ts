import { Context } from '@temporalio/activity';
import { SigningError, type ConfirmationUrl } from '@signering/schema';
import type { ActivityDependencies } from './dependencies.js';

export const createConfirmFinalChangeActivity = ({
  signedDocuments,
}: Pick<ActivityDependencies, 'signedDocuments'>) => ({
  /**
   * Confirms a job's final status change, after which the service may delete its copies. Safe to repeat: a job that
   * is gone on a later attempt was confirmed by an earlier attempt.
   */
  confirmFinalChange: async (input: { readonly confirmationUrl: ConfirmationUrl }): Promise<void> => {
    const { info, cancellationSignal } = Context.current();
    try {
      await signedDocuments.confirmStatusChange(input.confirmationUrl, { signal: cancellationSignal });
    } catch (error) {
      if (info.attempt === 1 || !isGone(error)) throw error;
    }
  },
});

/** True for the service's answers about a job whose final change was confirmed. */
export function isGone(error: unknown): boolean {
  return error instanceof SigningError && [404, 409, 410].includes(error.facts.httpStatus ?? 0);
}
