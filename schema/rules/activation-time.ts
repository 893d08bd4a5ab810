import { DAY_MS } from '../day.js';

/** How far ahead an activation time may be, in days. The service documents no limit; this one is ours. */
const MAX_ACTIVATION_DAYS_AHEAD = 365;

/**
 * Why a time is not a valid activation time; undefined if it is, or if it cannot be parsed (which the message's
 * schema reports). It must be between 1970 and one year from now, so that every derived time has a four-digit year,
 * as `xs:dateTime` and Temporal's timestamps require.
 */
export function whatIsWrongWithActivationTime(time: Date | string): string | undefined {
  const milliseconds = new Date(time).getTime();
  if (milliseconds < 0) return 'must not be before 1970: omit it to activate the job immediately';
  return milliseconds > Date.now() + MAX_ACTIVATION_DAYS_AHEAD * DAY_MS
    ? `must be at most ${MAX_ACTIVATION_DAYS_AHEAD} days ahead`
    : undefined;
}
