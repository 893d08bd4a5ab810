import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SigningError } from '../../schema/index.js';
import { type ErrorCode } from '../../schema/index.js';
import type { Exit } from './exit-urls.js';

/** Why a browser's return could not be made use of: the argument of a site's `onError`. */
export interface ExitError<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> {
  /** To branch on; `docs/errors.md` says for each what it means. INVALID_REQUEST: this is no exit URL of the service's. */
  readonly code: ErrorCode;
  /** For the log: holds no personal data and no token. Never for the browser. */
  readonly error: SigningError;
  /** The HTTP status that fits: 400, 404, 502 or 503. */
  readonly status: number;
  readonly exit: Exit;
  /** Absent where the address has none that could be one. */
  readonly reference?: string;
  readonly request: Request;
  readonly response: Response;
}

const BAD_REQUEST: readonly ErrorCode[] = [
  'INVALID_REQUEST',
  'STATUS_QUERY_TOKEN_INVALID',
  'SIGNING_CEREMONY_NOT_COMPLETED',
];
const NOT_FOUND: readonly ErrorCode[] = ['JOB_NOT_FOUND', 'NOT_IN_THIS_FLOW'];

/** The HTTP status for a browser: 503 where a reload may help, 502 where somebody has to repair something. */
export function statusOfExitError({ code, retryable }: SigningError): number {
  if (BAD_REQUEST.includes(code)) return 400;
  if (NOT_FOUND.includes(code)) return 404;
  return retryable ? 503 : 502;
}

/** In seconds; how long a reload should wait where the error names no time of its own. */
const RETRY_AFTER_SECONDS = 10;

/** Answers an {@link ExitError} where a site has no `onError`: a plain page that says nothing but what to do. */
export function answerExitError({ status, error, response }: ExitError): void {
  if (status === 503) {
    const { retryAfterMs } = error.facts;
    const seconds = retryAfterMs === undefined ? RETRY_AFTER_SECONDS : Math.ceil(retryAfterMs / 1000);
    response.setHeader('retry-after', String(seconds));
    // The token is in this browser only: it tries again by itself, for as long as the page stays open.
    response.setHeader('refresh', String(seconds));
  }
  answerPlainPage(response, status);
}

const PAGES = {
  400: ['This address is not complete', 'Go back to the page where you began, and look there how it stands.'],
  404: ['There is no such signing', 'Go back to the page where you began, and look there how it stands.'],
  405: ['This address is for looking at only', 'Go back to the page where you began.'],
  500: ['Something went wrong', 'What you did when you signed is kept. Go back to the page where you began.'],
  502: ['We cannot say how it stands', 'What you did when you signed is kept. Please tell us about this.'],
  503: [
    'One moment',
    'What you did when you signed is kept. Please leave this page open: it tries again by itself.',
  ],
} as const;

/** Answers with a page of fixed words: nothing of the request, the token included, is in it. */
export function answerPlainPage(response: ServerResponse, status: number): void {
  // Somebody has begun an answer and failed: nothing can be put right in the middle of it.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const page: keyof typeof PAGES = isPage(status) ? status : 500;
  const [title, advice] = PAGES[page];
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  const head = `<head><meta charset="utf-8"><title>${title}</title></head>`;
  response.end(
    `<!doctype html><html lang="en">${head}<body><main><h1>${title}</h1><p>${advice}</p></main></body></html>`,
  );
}

function isPage(status: number): status is keyof typeof PAGES {
  return status in PAGES;
}
