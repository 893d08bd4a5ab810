/** What the service permits an organisation in any second. Spec: getting started, rate limits. */
const PERMITTED_CALLS = 10;

/** How much of its share a process uses: the rest is for the time that answers take. */
const USED_PART = 0.9;

/** More processes could not each be sure of one call in a second. */
export const MOST_PROCESSES = PERMITTED_CALLS;

/** What one process may make of the permitted calls. */
export interface ShareOfCalls {
  /** So many calls at most may be counted in a second. */
  readonly calls: number;
  /** Until this moment of the process' own clock one more may be; absent: it may not. */
  readonly oneMoreUntil?: number;
  /** From one call to the next, in milliseconds. */
  readonly spacingMs: number;
}

/**
 * The share of one of so many processes, the same for each: together never more than permitted, whenever they call.
 * With `oneMoreUntil` the process has one of the {@link spareCalls}.
 */
export function evenShare(processes: number, oneMoreUntil?: number): ShareOfCalls {
  const calls = Math.floor(PERMITTED_CALLS / Math.min(processes, MOST_PROCESSES));
  return oneMoreUntil === undefined
    ? { calls, spacingMs: spacingOf(calls) }
    : { calls, spacingMs: spacingOf(calls + 1), oneMoreUntil };
}

/** How many of the permitted calls are left over when so many processes have the same share. */
export function spareCalls(processes: number): number {
  return PERMITTED_CALLS % processes;
}

/** The share of a process whose pace somebody has set. */
export function setShare(callsPerSecond: number): ShareOfCalls {
  return { calls: Math.max(1, Math.floor(callsPerSecond)), spacingMs: Math.ceil(1000 / callsPerSecond) };
}

/** What is within every one of these shares. */
export function smallestShare(shares: readonly ShareOfCalls[]): ShareOfCalls | undefined {
  const [first, ...others] = shares;
  return others.reduce<ShareOfCalls | undefined>((one, other) => one && smaller(one, other), first);
}

function smaller(one: ShareOfCalls, other: ShareOfCalls): ShareOfCalls {
  const spacingMs = Math.max(one.spacingMs, other.spacingMs);
  if (one.calls !== other.calls) return { calls: Math.min(one.calls, other.calls), spacingMs };
  const { calls, oneMoreUntil } = one.oneMoreUntil === undefined ? one : other;
  return { calls, spacingMs, ...(oneMoreUntil !== undefined && { oneMoreUntil }) };
}

function spacingOf(calls: number): number {
  return Math.ceil(1000 / (calls * USED_PART));
}
