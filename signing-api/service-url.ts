import { InvalidInputError } from '@signering/schema';
import { UnreadableResponseError } from './errors/unreadable-response-error.js';
import type { ApiOperation } from './operation.js';

/**
 * A URL below the API's root, for a sender.
 * @throws INVALID_REQUEST when the organisation number has not nine digits
 */
export function urlOfSender(apiUrl: URL, organizationNumber: string, ...path: readonly string[]): URL {
  if (!/^[0-9]{9}$/u.test(organizationNumber)) {
    throw new InvalidInputError('INVALID_REQUEST', 'The signature API cannot be called', [
      { path: 'organizationNumber', message: 'must have nine digits' },
    ]);
  }
  const url = new URL(apiUrl);
  url.pathname = [url.pathname.replace(/\/+$/u, ''), organizationNumber, ...path].join('/');
  return url;
}

/**
 * A URL that the service has given, used as it is. It may lead to another host: the server is checked there too.
 * @throws UNREADABLE_RESPONSE when it is no https URL
 */
export function urlFromService(operation: ApiOperation, url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:') throw new UnreadableResponseError({ operation });
  return parsed;
}
