import { Context } from '@temporalio/activity';
import type { DirectSignatureJobStatus } from '@signering/schema';
import type { CallPriority, StatusQuery } from '@signering/signing-api';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `fetchDirectStatus`. */
export interface FetchDirectStatusInput extends StatusQuery {
  readonly priority: CallPriority;
}

export const createFetchDirectStatusActivity = ({ direct }: Pick<ActivityDependencies, 'direct'>) => ({
  /**
   * Fetches a job's status with the token that a browser brought. Safe to repeat.
   * @throws STATUS_QUERY_TOKEN_INVALID, SIGNING_CEREMONY_NOT_COMPLETED: the token belongs to another job
   */
  fetchDirectStatus: ({ priority, ...query }: FetchDirectStatusInput): Promise<DirectSignatureJobStatus> =>
    direct.fetchStatus(query, { signal: Context.current().cancellationSignal, priority }),
});
