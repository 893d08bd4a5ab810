import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignerReturnedAnswer } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { answerExitError, statusOfExitError, type ExitError } from './exit-error.js';
import { parseBaseUrl, type Exit } from './exit-urls.js';
import { exitVisitOf, readBroughtBack, type ExitVisit } from './exit-visit.js';
import { answerPlainPage } from './plain-page.js';
import type { SigningClient } from '../signing-client.js';

/** A browser has returned, and the service has reported the status of the job: the argument of a site's `onReturned`. */
export interface ReturnedBrowser<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> {
  readonly reference: string;
  /** The visited exit URL. Any visitor can type one: decide by `answer`, never by this. */
  readonly exit: Exit;
  /** The status of the job as the service reports it. */
  readonly answer: SignerReturnedAnswer;
  readonly request: Request;
  /** Has `Cache-Control: no-store` and `Referrer-Policy: no-referrer` set: the address holds a token. */
  readonly response: Response;
}

/** The argument of {@link createExitUrlHandler}. */
export interface ExitUrlHandlerOptions<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> {
  /** Checks the URL's proof, and takes the token to the job. */
  readonly client: Pick<SigningClient, 'checkExitUrl' | 'signerReturned'>;
  /** The one that `exitUrlsFor` was given. */
  readonly baseUrl: string;
  /** The path at which requests arrive, where a proxy in front takes something away. @default that of `baseUrl` */
  readonly path?: string;
  /**
   * Answers the browser, best by sending it on (303) to a page that looks at the session: the exit URL proves nothing
   * about who the visitor is. Called again at each reload.
   */
  readonly onReturned: (returned: ReturnedBrowser<Request, Response>) => void | Promise<void>;
  /** Responds to a browser whose return failed. @default a plain page with the fitting status, in Norwegian and English */
  readonly onError?: (error: ExitError<Request, Response>) => void | Promise<void>;
}

/** A request listener of `node:http`, and middleware of Express. */
export type ExitUrlHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> = (request: Request, response: Response, next?: (error?: unknown) => void) => Promise<void>;

/**
 * Makes the handler of a site's exit URLs: it hands the token that a browser brings back to the job, and what the
 * service says of the job to `onReturned`. Other addresses go to `next`, or get a 404 without one; so does what a
 * callback of the site throws (without `next`: a 500 and a process warning). Only GET asks; HEAD and prefetching ask
 * nothing. The promise is never rejected.
 * @example
 * const takeBack = createExitUrlHandler({ client, baseUrl, onReturned });
 * createServer((request, response) => takeBack(request, response, () => site(request, response))); // node:http
 * app.use(takeBack); // Express
 * @throws INVALID_REQUEST for a base URL that is none
 */
export function createExitUrlHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(options: ExitUrlHandlerOptions<Request, Response>): ExitUrlHandler<Request, Response> {
  const path = (options.path ?? parseBaseUrl(options.baseUrl).path).replace(/\/+$/u, '');
  return async (request, response, next) => {
    const visit = exitVisitOf(originalTargetOf(request), path);
    if (visit === undefined) {
      if (next === undefined) answerPlainPage(response, 404);
      else next();
      return;
    }
    // The token must not be cached, or sent to the next site in a Referer.
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    if (!isVisitOfAPerson(request, response)) return;
    try {
      await takeBack({ visit, request, response }, options);
    } catch (error) {
      if (next !== undefined) {
        next(error);
        return;
      }
      answerPlainPage(response, 500);
      process.emitWarning(error instanceof Error ? error : new Error('A callback of the exit URLs threw.'));
    }
  };
}

/** Express and Connect cut the place of mounting off `url`, and keep the whole in `originalUrl`. */
function originalTargetOf(request: IncomingMessage): string {
  if ('originalUrl' in request && typeof request.originalUrl === 'string') return request.originalUrl;
  return request.url ?? '';
}

/** Responds at once to previews and HEAD requests, so that they do not count as a returned signer. */
function isVisitOfAPerson({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (method === 'HEAD') {
    response.writeHead(200).end();
    return false;
  }
  if (method !== 'GET') {
    response.setHeader('allow', 'GET, HEAD');
    answerPlainPage(response, 405);
    return false;
  }
  const purposes = [headers['sec-purpose'], headers['purpose'], headers['x-moz']].join(' ');
  // A browser throws a prefetched 503 away, and asks when the person really goes there.
  if (/prefetch|preview/iu.test(purposes)) {
    answerPlainPage(response, 503);
    return false;
  }
  return true;
}

interface Visited<Request, Response> {
  readonly visit: ExitVisit;
  readonly request: Request;
  readonly response: Response;
}

async function takeBack<Request extends IncomingMessage, Response extends ServerResponse>(
  { visit: { exit, query }, request, response }: Visited<Request, Response>,
  { client, onReturned, onError = answerExitError }: ExitUrlHandlerOptions<Request, Response>,
): Promise<void> {
  let reference: string | undefined;
  let answer: SignerReturnedAnswer;
  try {
    const { statusQueryToken, ...broughtBack } = readBroughtBack(query);
    ({ reference } = broughtBack);
    // Before anything that costs a call to storage, Temporal or the service.
    const proved = client.checkExitUrl({ exit, ...broughtBack });
    answer = await client.signerReturned(reference, statusQueryToken, { proved });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const status = statusOfExitError(error);
    const known = reference === undefined ? {} : { reference };
    await onError({ code: error.code, error, status, exit, ...known, request, response });
    return;
  }
  await onReturned({ reference, exit, answer, request, response });
}
