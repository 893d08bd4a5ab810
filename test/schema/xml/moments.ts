/** Times as the service may write them, and as the readers give them. */
export const MOMENTS: readonly (readonly [written: string, read: string | undefined])[] = [
  ['2026-11-22T10:00:00+01:00', '2026-11-22T09:00:00.000Z'],
  ['2026-11-22T10:00:00.1234567Z', '2026-11-22T10:00:00.123Z'],
  ['2026-11-22T10:00:00.000-00:00', '2026-11-22T10:00:00.000Z'],
  ['2026-11-22T10:00:00', undefined],
  ['yesterday', undefined],
];
