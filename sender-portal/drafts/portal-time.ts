/** The time zone of the forms: people write Norwegian time. */
const PORTAL_TIME_ZONE = 'Europe/Oslo';

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/u;

/** The moment of a local time in Norway, `2026-12-01T09:00`; undefined for other text. */
export function momentOfLocalTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute] = LOCAL.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  // A month 13 or a minute 75 becomes another time.
  if (!new Date(asUtc).toISOString().startsWith(text)) return undefined;
  // The offset at the moment itself, which a guess with the offset of UTC's wall clock finds except within the changed hour.
  const guess = asUtc - offsetMs(new Date(asUtc));
  return new Date(asUtc - offsetMs(new Date(guess)));
}

/** How far the clocks of Norway are ahead of UTC at this moment. */
function offsetMs(moment: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: PORTAL_TIME_ZONE,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(Number(moment) / 1000) * 1000;
}
