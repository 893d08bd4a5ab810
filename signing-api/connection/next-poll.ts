import type { IncomingHttpHeaders } from 'node:http';

/** Where the service says when a queue may be polled again. */
const NEXT_POLL_HEADER = 'x-next-permitted-poll-time';

/**
 * The wait until the next permitted poll, in milliseconds: the header's time minus the same answer's `Date`, so that
 * our own clock does not matter; without a `Date`, minus our own clock. Undefined if the header
 * is missing or malformed.
 */
export function nextPollInMs(headers: IncomingHttpHeaders): number | undefined {
  const permitted = timeIn(headers[NEXT_POLL_HEADER]);
  if (permitted === undefined) return undefined;
  const answered = timeIn(headers.date) ?? Date.now();
  return Math.max(0, permitted - answered);
}

/** A time in a header, in milliseconds since 1970; undefined if it is absent or is no time. */
export function timeIn(header: string | string[] | undefined): number | undefined {
  const time = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
