import { Context } from '@temporalio/activity';
import type { DirectSignatureJobStatus, SignerUrl } from '@signering/schema';
import type { CallPriority, StatusQuery } from '@signering/signing-api';
import type { ActivityDependencies } from './dependencies.js';

export const createDirectSignerActivities = ({ direct }: Pick<ActivityDependencies, 'direct'>) => ({
  /**
   * Asks for a fresh redirect URL and answers it. Repeating ends the one that was asked for before.
   * @throws REQUEST_REFUSED when the signer is done, or the job over
   */
  requestRedirectUrl: async ({ signerUrl }: { readonly signerUrl: SignerUrl }): Promise<string> => {
    const { redirectUrl } = await direct.requestRedirectUrl(signerUrl, {
      signal: Context.current().cancellationSignal,
    });
    return redirectUrl;
  },

  /**
   * Asks for a job's status with the token that a browser brought. Safe to repeat.
   * @throws STATUS_QUERY_TOKEN_INVALID, SIGNING_CEREMONY_NOT_COMPLETED: the token belongs to another job
   */
  fetchDirectStatus: ({
    priority,
    ...query
  }: StatusQuery & { readonly priority: CallPriority }): Promise<DirectSignatureJobStatus> =>
    direct.fetchStatus(query, { signal: Context.current().cancellationSignal, priority }),
});
