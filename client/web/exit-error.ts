import type { ErrorCode, SigningError } from '@signering/schema';
import type { Exit } from './exit-urls.js';
import { plainPageOf, type PlainAnswer } from './plain-page.js';

/** Why the return of a browser failed. */
export interface ExitUrlFailure {
  /**
   * To branch on. INVALID_REQUEST: this is no exit URL of the service's. The meaning of each code:
   * https://github.com/signering-workflows/signering-workflows/blob/main/docs/errors.md
   */
  readonly code: ErrorCode;
  /** For the log: holds no personal data and no token. Never for the browser. */
  readonly error: SigningError;
  /** The HTTP status that fits: 400, 404, 502 or 503. */
  readonly status: number;
  readonly exit: Exit;
  /** Absent if the address has no valid reference. */
  readonly reference?: string;
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

/** The answer to an {@link ExitUrlFailure} if a site has no `onError`: a plain page that says what to do. */
export function answerToExitFailure({ status, error }: ExitUrlFailure): PlainAnswer {
  const page = plainPageOf(status);
  if (status !== 503) return page;
  const { retryAfterMs } = error.facts;
  // At least one: a page that reloads at once never stops asking.
  const seconds = String(
    retryAfterMs === undefined ? RETRY_AFTER_SECONDS : Math.max(Math.ceil(retryAfterMs / 1000), 1),
  );
  // The token is in this browser only: it tries again by itself, for as long as the page stays open.
  return { ...page, headers: { ...page.headers, 'retry-after': seconds, refresh: seconds } };
}
