import { Context } from '@temporalio/activity';
import type { CancelAnswer } from '@signering/contract';
import { SigningError, type CancellationUrl } from '@signering/schema';
import type { ActivityDependencies } from './dependencies.js';

/** The result of the activity `cancelSignatureJob`. */
export interface CancelSignatureJobResult {
  readonly result: Exclude<CancelAnswer['result'], 'UNKNOWN'>;
  /** Counts from 1: TOO_LATE of a later one may be the effect of an earlier one, whose answer was lost. */
  readonly attempt: number;
}

export const createCancelSignatureJobActivity = ({ portal }: Pick<ActivityDependencies, 'portal'>) => ({
  /** Cancels a job at the service. Safe to repeat: TOO_LATE for a job that has ended, whose outcome stays. */
  cancelSignatureJob: async (input: {
    readonly cancellationUrl: CancellationUrl;
    /** Goes behind the calls that people wait for. @default it goes first */
    readonly bulk?: true;
  }): Promise<CancelSignatureJobResult> => {
    const { attempt } = Context.current().info;
    try {
      await portal.cancelSignatureJob(input.cancellationUrl, {
        signal: Context.current().cancellationSignal,
        ...(input.bulk === true && { priority: 'BULK' }),
      });
      return { result: 'CANCELLED', attempt };
    } catch (error) {
      if (error instanceof SigningError && error.code === 'JOB_NOT_CANCELLABLE')
        return { result: 'TOO_LATE', attempt };
      throw error;
    }
  },
});
