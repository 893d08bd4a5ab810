const DAY_MS = 24 * 60 * 60 * 1000;

/** How far ahead an activation time may lie, in days. The service documents no limit: this one is ours. */
const MAX_ACTIVATION_DAYS_AHEAD = 365;

/**
 * Says what keeps a time from being an activation time, or nothing when it is one or cannot be read as a time at all
 * (the message's schema says that). It must lie between 1970 and one year from now, so that every time derived from it
 * has four digits of year, as `xs:dateTime` and Temporal's timestamps need.
 */
export function whatIsWrongWithActivationTime(time: Date | string): string | undefined {
  const milliseconds = new Date(time).getTime();
  if (milliseconds < 0) return 'must not lie before 1970: leave it out to activate the job at once';
  return milliseconds > Date.now() + MAX_ACTIVATION_DAYS_AHEAD * DAY_MS
    ? `must lie at most ${MAX_ACTIVATION_DAYS_AHEAD} days ahead`
    : undefined;
}
