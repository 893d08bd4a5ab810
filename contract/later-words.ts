/** A word that a later version wrote, as it came. Data keeps it; answers of the client show it as UNKNOWN with its text. */
export type LaterWord = string & Record<never, never>;

/**
 * Replaces a word that this version does not know by UNKNOWN, and adds its text under the member's name with `Text`:
 * `{ outcome: 'WITHDRAWN' }` becomes `{ outcome: 'UNKNOWN', outcomeText: 'WITHDRAWN' }`.
 */
export function withKnownWord<Part extends object>(
  part: Part,
  name: keyof Part & string,
  known: readonly string[],
): Part {
  const word: unknown = part[name];
  if (word === undefined || word === 'UNKNOWN' || known.some((one) => one === word)) return part;
  return { ...part, [name]: 'UNKNOWN', [`${name}Text`]: word };
}
