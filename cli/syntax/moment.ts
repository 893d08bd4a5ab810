const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/u;

/** Reads a point in time such as `2026-12-01T08:00`, local unless it says otherwise; nothing when it is none. */
export function parseMoment(text: string): Date | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) || !isDayOfTheCalendar(text) ? undefined : moment;
}

/** `Date` takes 30 February for 2 March. */
function isDayOfTheCalendar(text: string): boolean {
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}

/** Writes a point in time for people, in local time: `2026-12-01 08:00`. */
export function formatMoment(time: string | Date): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return String(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
