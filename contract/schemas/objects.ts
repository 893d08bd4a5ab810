import { z } from 'zod';
import { maskElevenDigits } from '../../schema/index.js';

/** An object with these members and no others; an unknown member is named, with the one that it may stand for. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape, whatItIs = 'must be an object') {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? whatItIs
        : issue.keys.map((key) => unknownMember(key, Object.keys(shape))).join('; '),
  });
}

/** For JSON Schema: an object with these members, whatever else it has. */
export function havingMembers(...names: readonly string[]) {
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, true])),
    required: [...names],
  };
}

function unknownMember(key: string, known: readonly string[]): string {
  const meant = similarTo(key, known);
  const shown = maskElevenDigits(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return `has no member "${shown}"${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}

/** The known word that is most like another one; nothing when none is close to it. */
export function similarTo(wordThere: string, known: readonly string[]): string | undefined {
  const lower = wordThere.toLowerCase().slice(0, 80);
  const [best] = known
    .map((candidate) => ({ candidate, distance: distanceOf(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** A beginning or end of a word, such as `email` of `emailAddress`, is next to it. */
function distanceOf(one: string, other: string): number {
  const isPart = one.length >= 4 && (other.startsWith(one) || other.endsWith(one));
  return isPart ? 1 : distanceBetween(one, other);
}

/** How many letters have to be inserted, left out, replaced or swapped with their neighbour (optimal string alignment). */
function distanceBetween(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (rows[row - 1]?.[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (rows[row - 1]?.[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    rows.push(current);
  }
  return rows.at(-1)?.at(-1) ?? Math.max(one.length, other.length);
}
