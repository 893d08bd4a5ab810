import { Context } from '@temporalio/activity';
import type { CancelAnswer } from '@signering/contract';
import { SigningError, type CancellationUrl } from '@signering/schema';
import type { ActivityDependencies } from './dependencies.js';

export const createCancelSignatureJobActivity = ({ portal }: Pick<ActivityDependencies, 'portal'>) => ({
  /** Cancels a job at the service. Safe to repeat: TOO_LATE for a job that has ended, whose outcome stays. */
  cancelSignatureJob: async (input: { readonly cancellationUrl: CancellationUrl }): Promise<CancelAnswer> => {
    try {
      await portal.cancelSignatureJob(input.cancellationUrl, {
        signal: Context.current().cancellationSignal,
      });
      return { result: 'CANCELLED' };
    } catch (error) {
      if (error instanceof SigningError && error.code === 'JOB_NOT_CANCELLABLE')
        return { result: 'TOO_LATE' };
      throw error;
    }
  },
});
