/**
 * The later of two ISO 8601 times. Their texts cannot be compared: offsets differ, and years beyond 9999 begin with a
 * sign. An invalid text is earlier than every time.
 */
export function laterOf(one: string, other: string): string {
  return millisecondsOf(other) > millisecondsOf(one) ? other : one;
}

/** True until the clock reaches an ISO 8601 time; false for an invalid text. */
export function isAhead(moment: string): boolean {
  return millisecondsOf(moment) > Date.now();
}

function millisecondsOf(moment: string): number {
  const milliseconds = Date.parse(moment);
  return Number.isNaN(milliseconds) ? -Infinity : milliseconds;
}
