import type { Rhythm } from './turn-times.js';

/** What the service permits an organisation in any second. Spec: getting started, rate limits. */
const PERMITTED_CALLS = 10;

/** What all processes of an organisation make of it together: one less, for calls that arrive late. */
const CALLS_PER_SECOND = 9;

/** A second, and how much closer than they were sent two calls may arrive; in milliseconds. */
const COUNTED_WITH_MARGIN_MS = 1050;

/** More processes could not each be sure of one call in a second. */
export const MOST_PROCESSES = PERMITTED_CALLS;

/** The rhythm of one of so many processes that share the calls evenly, each at its own moment. */
export function rhythmInRound(processes: number, number: number): Rhythm {
  const spacingMs = Math.ceil(1000 / CALLS_PER_SECOND) * processes;
  return { spacingMs, place: { number, processes } };
}

/**
 * The rhythm of one of so many processes that know nothing of each other: even if all of them happen to call at the
 * same moments, no second has more calls than permitted. With four, or six to nine, that leaves some calls unused.
 */
export function rhythmAlone(processes: number): Rhythm {
  const inSecond = Math.floor(PERMITTED_CALLS / processes);
  const share = Math.ceil((1000 * processes) / CALLS_PER_SECOND);
  return { spacingMs: Math.max(share, Math.ceil(COUNTED_WITH_MARGIN_MS / inSecond)) };
}
