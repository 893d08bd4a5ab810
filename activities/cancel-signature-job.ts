import { ApplicationFailure, Context } from '@temporalio/activity';
import type { CancelAnswer } from '@signering/contract';
import { SigningError, type CancellationUrl, type ErrorCode } from '@signering/schema';
import type { ActivityDependencies } from './dependencies.js';

/** The result of the activity `cancelSignatureJob`. */
export interface CancelSignatureJobResult {
  readonly result: Exclude<CancelAnswer['result'], 'UNKNOWN'>;
  /** Counts from 1: TOO_LATE of a later one may be the effect of an earlier one, whose answer was lost. */
  readonly attempt: number;
}

/** The call did not reach the service, and a person must repair the way to it. */
const NOT_REACHED: readonly ErrorCode[] = [
  'PROXY_REFUSED',
  'SERVER_NOT_TRUSTED',
  'CLIENT_CERTIFICATE_REFUSED',
];

export const createCancelSignatureJobActivity = ({ portal }: Pick<ActivityDependencies, 'portal'>) => ({
  /** Cancels a job at the service. Safe to repeat: TOO_LATE for a job that has ended, whose outcome stays. */
  cancelSignatureJob: async (input: {
    readonly cancellationUrl: CancellationUrl;
    /** Goes behind the calls that people wait for. @default it goes first */
    readonly bulk?: true;
    /** No caller waits, so faults on the way to the service do not end the activity. @default they do */
    readonly unattended?: true;
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
      if (error instanceof SigningError && input.unattended === true && NOT_REACHED.includes(error.code))
        throw ApplicationFailure.retryable(error.message, error.code);
      throw error;
    }
  },
});
