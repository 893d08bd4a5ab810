import type { SignerReturnedAnswer } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { Signing } from '../signing.js';
import { statusOfExitError, type ExitUrlFailure } from './exit-error.js';
import { parseBaseUrl, type Exit } from './exit-urls.js';
import { readBroughtBack, type ExitVisit } from './exit-visit.js';
import { plainPageOf, type PlainAnswer } from './plain-page.js';

/** A browser has returned, and the service has reported the status of the job. */
export interface ExitUrlReturn {
  readonly reference: string;
  /** The visited exit URL. Any visitor can type one: decide by `answer`, never by this. */
  readonly exit: Exit;
  /** The status of the job as the service reports it. */
  readonly answer: SignerReturnedAnswer;
}

/** What the handlers of every kind of server need. */
export interface CommonExitUrlHandlerOptions {
  /** Checks the URL's proof, and takes the token to the job. */
  readonly client: Pick<Signing, 'checkExitUrl' | 'signerReturned'>;
  /** The one that `makeExitUrls` was given. */
  readonly baseUrl: string;
  /** The path at which requests arrive, if a proxy shortens it. @default that of `baseUrl` */
  readonly path?: string | undefined;
}

/** Keeps the address, which holds a token, out of caches and out of the Referer of the next site. */
export const KEEPS_THE_TOKEN = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const;

/** The path at which requests arrive. @throws INVALID_REQUEST for a `baseUrl` that is not an absolute http or https URL */
export function exitPathOf({ path, baseUrl }: CommonExitUrlHandlerOptions): string {
  return (path ?? parseBaseUrl(baseUrl).path).replace(/\/+$/u, '');
}

/** The parts of a request that tell a person's visit from others. */
export interface VisitHead {
  readonly method: string | undefined;
  readonly header: (name: string) => string | undefined;
}

/** The answer to previews and HEAD requests, which do not count as a returned signer. Undefined for a person's visit. */
export function answerToNoPerson({ method, header }: VisitHead): PlainAnswer | undefined {
  if (method === 'HEAD') return { status: 200, headers: {}, body: '' };
  if (method !== 'GET') {
    const page = plainPageOf(405);
    return { ...page, headers: { ...page.headers, allow: 'GET, HEAD' } };
  }
  const purposes = ['sec-purpose', 'purpose', 'x-moz'].map(header).join(' ');
  // A browser throws a prefetched 503 away, and asks when the person really goes there.
  return /prefetch|preview/iu.test(purposes) ? plainPageOf(503) : undefined;
}

/** Takes the token of a visit to its job. Throws only what is no {@link SigningError}. */
export async function takeBack(
  { exit, query }: ExitVisit,
  client: CommonExitUrlHandlerOptions['client'],
): Promise<{ readonly returned: ExitUrlReturn } | { readonly failure: ExitUrlFailure }> {
  let reference: string | undefined;
  try {
    const { statusQueryToken, ...broughtBack } = readBroughtBack(query);
    ({ reference } = broughtBack);
    // Before anything that costs a call to storage, Temporal or the service.
    const proved = client.checkExitUrl({ exit, ...broughtBack }) === 'PROVED';
    const answer = await client.signerReturned(reference, { statusQueryToken, proved });
    return { returned: { reference, exit, answer } };
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const status = statusOfExitError(error);
    const known = reference === undefined ? {} : { reference };
    return { failure: { code: error.code, error, status, exit, ...known } };
  }
}
