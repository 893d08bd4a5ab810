import type { StatusQuery } from './direct-client.js';
import { StatusQueryTokenInvalidError } from './errors/status-query-token-invalid-error.js';
import { urlFromService } from './service-url.js';

/** Longer than any token; what a browser brings may be of any length, and a request line may not. */
const MAX_TOKEN_LENGTH = 2000;

/**
 * The status URL with the token added; a query that is there stays as it is.
 * @throws STATUS_QUERY_TOKEN_INVALID when it can be no token at all; UNREADABLE_RESPONSE when the URL cannot be used
 */
export function statusQueryUrl({ statusUrl, statusQueryToken }: StatusQuery): URL {
  const operation = 'fetchStatus';
  const url = urlFromService(operation, statusUrl);
  const length = statusQueryToken.length;
  // Half a character cannot be written in a URL.
  if (length === 0 || length > MAX_TOKEN_LENGTH || /\p{Surrogate}/u.test(statusQueryToken)) {
    throw new StatusQueryTokenInvalidError({ operation });
  }
  const query = url.search === '' ? '' : `${url.search}&`;
  url.search = `${query}status_query_token=${encodeURIComponent(statusQueryToken)}`;
  return url;
}
