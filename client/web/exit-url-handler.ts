import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerToExitFailure, type ExitUrlFailure } from './exit-error.js';
import { exitVisitOf, targetOf } from './exit-visit.js';
import { plainPageOf, writeAnswer } from './plain-page.js';
import {
  answerToNoPerson,
  exitPathOf,
  KEEPS_THE_TOKEN,
  takeBack,
  type CommonExitUrlHandlerOptions,
  type ExitUrlReturn,
} from './take-back.js';

/** The argument of a site's `onReturned`. */
export interface ExitUrlHandlerReturn<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> extends ExitUrlReturn {
  readonly request: Request;
  /** Has `Cache-Control: no-store` and `Referrer-Policy: no-referrer` set: the address holds a token. */
  readonly response: Response;
}

/** The argument of a site's `onError`. */
export interface ExitUrlHandlerFailure<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> extends ExitUrlFailure {
  readonly request: Request;
  readonly response: Response;
}

/** The argument of {@link createExitUrlHandler}. */
export interface ExitUrlHandlerOptions<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> extends CommonExitUrlHandlerOptions {
  /**
   * Answers the browser, best by sending it on (303) to a page that looks at the session: the exit URL proves nothing
   * about who the visitor is. Called again at each reload.
   */
  readonly onReturned: (returned: ExitUrlHandlerReturn<Request, Response>) => void | Promise<void>;
  /** Responds to a browser whose return failed. @default a plain page with the fitting status, in Norwegian and English */
  readonly onError?: ((error: ExitUrlHandlerFailure<Request, Response>) => void | Promise<void>) | undefined;
}

/** A request listener of `node:http`, and middleware of Express. */
export type ExitUrlHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> = (request: Request, response: Response, next?: (error?: unknown) => void) => Promise<void>;

/**
 * Makes the handler of a site's exit URLs: it hands the token that a browser brings back to the job, and what the
 * service says of the job to `onReturned`. Other addresses go to `next`, or get a 404 without one; so does what a
 * callback of the site throws (without `next`: a 500 and a process warning). HEAD requests and
 * prefetching submit no token. The promise is never rejected. For servers of the Fetch standard see {@link createExitUrlFetchHandler}.
 * @example
 * const takeBack = createExitUrlHandler({ client, baseUrl, onReturned });
 * createServer((request, response) => takeBack(request, response, () => site(request, response))); // node:http
 * app.use(takeBack); // Express
 * @throws INVALID_REQUEST for a `baseUrl` that is not an absolute http or https URL
 */
export function createExitUrlHandler<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(options: ExitUrlHandlerOptions<Request, Response>): ExitUrlHandler<Request, Response> {
  const path = exitPathOf(options);
  return async (request, response, next) => {
    // Spec: RFC 9112, 3.2.2: a server accepts absolute addresses too.
    const visit = exitVisitOf(targetOf(originalTargetOf(request)), path);
    if (visit === undefined) {
      if (next === undefined) writeAnswer(response, plainPageOf(404));
      else next();
      return;
    }
    for (const [name, value] of Object.entries(KEEPS_THE_TOKEN)) response.setHeader(name, value);
    const { method, headers } = request;
    const toNoPerson = answerToNoPerson({ method, header: (name) => headers[name]?.toString() });
    if (toNoPerson !== undefined) {
      writeAnswer(response, toNoPerson);
      return;
    }
    try {
      const taken = await takeBack(visit, options.client);
      if ('returned' in taken) await options.onReturned({ ...taken.returned, request, response });
      else if (options.onError === undefined) writeAnswer(response, answerToExitFailure(taken.failure));
      else await options.onError({ ...taken.failure, request, response });
    } catch (error) {
      if (next !== undefined) {
        next(error);
        return;
      }
      writeAnswer(response, plainPageOf(500));
      process.emitWarning(error instanceof Error ? error : new Error('A callback of the exit URLs threw.'));
    }
  };
}

/** Express and Connect cut the place of mounting off `url`, and keep the whole in `originalUrl`. */
function originalTargetOf(request: IncomingMessage): string {
  if ('originalUrl' in request && typeof request.originalUrl === 'string') return request.originalUrl;
  return request.url ?? '';
}
