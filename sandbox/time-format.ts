const OSLO = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' });
const MINUTE_MS = 60_000;

/**
 * The formats of the service's times: with different numbers of fraction digits and different offsets, so clients must
 * read all of them.
 */
const STYLES = [
  { fractionDigits: 7, zone: 'OSLO' },
  { fractionDigits: 3, zone: 'UTC' },
  { fractionDigits: 0, zone: 'OSLO' },
  { fractionDigits: 6, zone: 'ZERO_OFFSET' },
  { fractionDigits: 3, zone: 'OSLO' },
] as const;

/**
 * Writes a time as `xs:dateTime`. The same variant gives the same text for the same time.
 * @param variant any whole number from 0; it picks the style
 */
export function writeTime(time: Date, variant: number): string {
  const { fractionDigits, zone } = STYLES[variant % STYLES.length] ?? STYLES[0];
  const offsetMinutes = zone === 'OSLO' ? osloOffsetMinutes(time) : 0;
  const local = new Date(time.getTime() + offsetMinutes * MINUTE_MS).toISOString();
  const fraction = local.slice(20, 23).padEnd(7, '0').slice(0, fractionDigits);
  const offset = zone === 'UTC' ? 'Z' : writeOffset(offsetMinutes);
  return `${local.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${offset}`;
}

/** As {@link writeTime}, but exact: a client that waits for it must poll neither too early nor late. */
export function writeTimeExactly(time: Date, variant: number): string {
  const { fractionDigits } = STYLES[variant % STYLES.length] ?? STYLES[0];
  const losesFraction = fractionDigits === 0 && time.getUTCMilliseconds() > 0;
  return writeTime(time, losesFraction ? variant + 1 : variant);
}

/** Reads an `xs:dateTime`; one without a zone is Norwegian time. */
export function readTime(text: string): Date {
  if (/(?:Z|[+-]\d\d:\d\d)$/u.test(text)) return new Date(text);
  const asUtc = new Date(`${text}Z`);
  return new Date(asUtc.getTime() - osloOffsetMinutes(asUtc) * MINUTE_MS);
}

/** A date and a time of day for people in Norway, such as `22.11.2026 kl. 16:23`. */
export function writeNorwegianTime(time: Date): string {
  const local = osloTime(time).toISOString();
  return `${local.slice(8, 10)}.${local.slice(5, 7)}.${local.slice(0, 4)} kl. ${local.slice(11, 16)}`;
}

/** The hour of the day in Norway, 0–23. */
export function osloHour(time: Date): number {
  return osloTime(time).getUTCHours();
}

function osloTime(time: Date): Date {
  return new Date(time.getTime() + osloOffsetMinutes(time) * MINUTE_MS);
}

function osloOffsetMinutes(time: Date): number {
  const name = OSLO.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT+01:00';
  const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/u.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function writeOffset(minutes: number): string {
  const absolute = Math.abs(minutes);
  const hours = String(Math.floor(absolute / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(absolute % 60).padStart(2, '0')}`;
}
