import { Context } from '@temporalio/activity';
import type { SignerUrl } from '@signering/schema';
import type { ActivityDependencies } from './dependencies.js';

export const createRequestRedirectUrlActivity = ({ direct }: Pick<ActivityDependencies, 'direct'>) => ({
  /**
   * Requests a fresh redirect URL. Each request invalidates the URL before it.
   * @throws REQUEST_REFUSED when the signer has signed or rejected, or the job has ended
   */
  requestRedirectUrl: async ({ signerUrl }: { readonly signerUrl: SignerUrl }): Promise<string> => {
    const { redirectUrl } = await direct.requestRedirectUrl(signerUrl, {
      signal: Context.current().cancellationSignal,
    });
    return redirectUrl;
  },
});
