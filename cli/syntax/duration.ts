const SECONDS_PER_UNIT = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
const DURATION = /^(?:\d{1,7}[dhms])+$/u;
const PART = /(\d+)([dhms])/gu;

/** Parses `14d`, `12h`, `30m`, `5s`, or a combination such as `1d12h`; returns seconds, or undefined if invalid. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    seconds += Number(count) * SECONDS_PER_UNIT[unit as keyof typeof SECONDS_PER_UNIT];
  }
  return seconds;
}

/** Formats milliseconds: `850 ms`, `12.3 s`, `4 min 10 s`. */
export function formatMilliseconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
