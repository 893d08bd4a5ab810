import {
  NINE_DIGITS,
  InvalidInputError,
  type CancellationUrl,
  type ConfirmationUrl,
  type DeleteDocumentsUrl,
  type PadesUrl,
  type SignerUrl,
  type StatusUrl,
  type XadesUrl,
} from '@signering/schema';
import { UnreadableResponseError } from './errors.js';
import type { ApiOperation } from './operation.js';

/**
 * A URL below the API's root, for a sender.
 * @throws INVALID_REQUEST when the organisation number has not nine digits
 */
export function urlOfSender(apiUrl: URL, organizationNumber: string, ...path: readonly string[]): URL {
  if (!NINE_DIGITS.test(organizationNumber)) {
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

/** What the service's URLs are for, by the property in which each of them comes. */
export interface ServiceUrls {
  readonly cancellationUrl: CancellationUrl;
  readonly confirmationUrl: ConfirmationUrl;
  readonly deleteDocumentsUrl: DeleteDocumentsUrl;
  readonly padesUrl: PadesUrl;
  readonly signerUrl: SignerUrl;
  readonly statusUrl: StatusUrl;
  readonly xadesUrl: XadesUrl;
}

/** Spec: common.xsd, url. */
const LONGEST_URL = 500;

/**
 * Turns a URL that was stored as text back into what it was when the service gave it. Nothing in the text says what it
 * is for, so name the property in which it came, and store it under that name.
 * @example
 * await api.portal.cancelSignatureJob(readStoredUrl('cancellationUrl', row.cancellation_url));
 * @throws INVALID_REQUEST for what the service can never have given: no absolute https URL, with blanks, with user or
 *   password, or longer than 500 characters
 */
export function readStoredUrl<Property extends keyof ServiceUrls>(
  property: Property,
  text: string,
): ServiceUrls[Property] {
  const message = whatIsWrongWith(text);
  if (message !== undefined) {
    throw new InvalidInputError('INVALID_REQUEST', 'The stored URL cannot be used', [
      { path: property, message },
    ]);
  }
  return text as ServiceUrls[Property];
}

function whatIsWrongWith(text: string): string | undefined {
  if (text.length > LONGEST_URL)
    return `has ${text.length} characters; the service gives ${LONGEST_URL} at most`;
  const url = /\s/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (url?.protocol !== 'https:') return 'must be an absolute https URL, just as the service gave it';
  return url.username === '' && url.password === '' ? undefined : 'must have no user and no password';
}
