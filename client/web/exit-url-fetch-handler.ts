import { InvalidInputError } from '@signering/schema';
import { answerToExitFailure, type ExitUrlFailure } from './exit-error.js';
import { exitVisitOf, targetOf } from './exit-visit.js';
import { plainPageOf, type PlainAnswer } from './plain-page.js';
import {
  answerToNoPerson,
  exitPathOf,
  KEEPS_THE_TOKEN,
  takeBack,
  type CommonExitUrlHandlerOptions,
  type ExitUrlReturn,
} from './take-back.js';

/** The argument of {@link createExitUrlFetchHandler}. */
export interface ExitUrlFetchHandlerOptions extends CommonExitUrlHandlerOptions {
  /**
   * Answers the browser, best by sending it on (303) to a page that looks at the session: the exit URL proves nothing
   * about who the visitor is. Called again at each reload.
   */
  readonly onReturned: (
    returned: ExitUrlReturn & { readonly request: Request },
  ) => Response | Promise<Response>;
  /** Responds to a browser whose return failed. @default a plain page with the fitting status, in Norwegian and English */
  readonly onError?:
    ((error: ExitUrlFailure & { readonly request: Request }) => Response | Promise<Response>) | undefined;
}

/** Answers a request of the Fetch standard. Further arguments, such as those of a Next.js route, are ignored. */
export type ExitUrlFetchHandler = (request: Request) => Promise<Response>;

/**
 * As {@link createExitUrlHandler}, for servers of the Fetch standard. Other addresses get a 404. Responses have
 * `Cache-Control: no-store` and `Referrer-Policy: no-referrer`, unless a callback of the site sets these headers. The
 * promise is rejected only with what a callback of the site throws, so that the framework's own error handling sees it,
 * and with INVALID_REQUEST where a callback returns no response.
 * @example
 * export const GET = createExitUrlFetchHandler({ client, baseUrl, onReturned }); // Next.js: app/signing/[exit]/route.ts
 * app.all('/signing/:exit', (context) => takeBack(context.req.raw)); // Hono
 * @throws INVALID_REQUEST for a `baseUrl` that is not an absolute http or https URL
 */
export function createExitUrlFetchHandler(options: ExitUrlFetchHandlerOptions): ExitUrlFetchHandler {
  const path = exitPathOf(options);
  return async (request) => {
    const visit = exitVisitOf(targetOf(request.url), path);
    if (visit === undefined) return responseOf(plainPageOf(404));
    const { method, headers } = request;
    const toNoPerson = answerToNoPerson({ method, header: (name) => headers.get(name) ?? undefined });
    if (toNoPerson !== undefined) return keepingTheToken(responseOf(toNoPerson));
    const taken = await takeBack(visit, options.client);
    if ('returned' in taken)
      return answerOf('onReturned', await options.onReturned({ ...taken.returned, request }));
    if (options.onError === undefined) return keepingTheToken(responseOf(answerToExitFailure(taken.failure)));
    return answerOf('onError', await options.onError({ ...taken.failure, request }));
  };
}

function responseOf({ status, headers, body }: PlainAnswer): Response {
  return new Response(body, { status, headers });
}

/** What a callback of the site answered. @throws INVALID_REQUEST for nothing, and for `Response.error()`, which has no status */
function answerOf(path: string, response: Response | undefined): Response {
  const { status = 0 } = response ?? {};
  if (response !== undefined && status >= 200 && status <= 599) return keepingTheToken(response);
  const message = 'must return a Response with a status from 200 to 599, such as Response.redirect(url, 303)';
  throw new InvalidInputError('INVALID_REQUEST', 'The exit URL handler has no answer for the browser', [
    { path, message },
  ]);
}

/** Copies the response: the headers of `Response.redirect` cannot be changed. */
function keepingTheToken(response: Response): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(KEEPS_THE_TOKEN)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  return new Response(response.body, { status, statusText, headers });
}
