import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SigningError } from '@signering/schema';
import { type ErrorCode } from '@signering/schema';
import type { Exit } from './exit-urls.js';
import { answerPlainPage } from './plain-page.js';

/** Why the return of a browser failed: the argument of a site's `onError`. */
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
  /** Absent if the address has no valid reference. */
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

/** The HTTP status for a browser: 503 where a reload may help, 502 if an operator has to act. */
export function statusOfExitError({ code, retryable }: SigningError): number {
  if (BAD_REQUEST.includes(code)) return 400;
  if (NOT_FOUND.includes(code)) return 404;
  return retryable ? 503 : 502;
}

/** Wait before a reload if the error names none, in seconds. */
const RETRY_AFTER_SECONDS = 10;

/** Responds to an {@link ExitError} if a site has no `onError`: a plain page, in Norwegian and English, that says what to do. */
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
