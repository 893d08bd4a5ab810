import { DAY_MS } from '@signering/schema';
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/u;

const MINUTE_MS = 60_000;

/**
 * Parses a point in time such as `2026-12-01T08:00`, in local time unless it has an offset; undefined if it is
 * invalid, or if local clocks skip it or show it twice.
 */
export function parseMoment(text: string): Date | undefined {
  return whatIsWrongWithMoment(text) === undefined ? new Date(text) : undefined;
}

/** Why a text is not a valid point in time; undefined if it is. */
export function whatIsWrongWithMoment(text: string): string | undefined {
  if (!DATE_TIME.test(text) || Number.isNaN(new Date(text).getTime()) || !isDayOfTheCalendar(text)) {
    return 'must be a time such as 2026-12-01T08:00';
  }
  if (/(?:Z|[+-]\d{2}:\d{2})$/u.test(text)) return undefined;
  const offsets = offsetsAround(text);
  const shown = offsets.filter((offset) => offsetAt(asIfUtc(text) - offset * MINUTE_MS) === offset);
  const [before = 0, after = before] = offsets;
  if (shown.length === 1 || before === after) return undefined;
  const [earlier, later] = [before, after].map(formatOffset);
  return shown.length === 0
    ? `does not exist in local time, where clocks go from ${earlier} to ${later} over it: write ${text}${earlier} or ${text}${later}`
    : `exists twice in local time, where clocks go back from ${earlier} to ${later}: write ${text}${earlier} or ${text}${later}`;
}

/** The offsets of local time on the day before and the day after, in minutes. */
function offsetsAround(text: string): readonly number[] {
  return [offsetAt(asIfUtc(text) - DAY_MS), offsetAt(asIfUtc(text) + DAY_MS)];
}

function asIfUtc(text: string): number {
  return Date.parse(`${text}Z`);
}

/** Minutes that local time is ahead of UTC. */
function offsetAt(time: number): number {
  return -new Date(time).getTimezoneOffset();
}

function formatOffset(minutes: number): string {
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}

/** `Date` accepts 30 February as 2 March. */
function isDayOfTheCalendar(text: string): boolean {
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}

/** Formats a point in time in local time: `2026-12-01 08:00`. */
export function formatMoment(time: string | Date): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return String(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
