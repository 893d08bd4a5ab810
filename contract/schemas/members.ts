import { z } from 'zod';
import { maskElevenDigits } from '@signering/schema';

/** A member of an object within a schema. */
export interface KnownMember {
  readonly name: string;
  /** Path of the object that has it, such as `signers[]`; empty for the root. */
  readonly place: string;
}

/** Every member of every object in a schema. */
export function knownMembersOf(type: z.core.$ZodType, place = ''): readonly KnownMember[] {
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape as z.core.$ZodShape).flatMap(([name, part]) => [
      { name, place },
      ...knownMembersOf(part, place === '' ? name : `${place}.${name}`),
    ]);
  }
  if (type instanceof z.ZodArray) return knownMembersOf(type.element, `${place}[]`);
  if (type instanceof z.ZodUnion) return type.options.flatMap((option) => knownMembersOf(option, place));
  const { def } = type._zod;
  return 'innerType' in def ? knownMembersOf(def.innerType as z.core.$ZodType, place) : [];
}

/** The second argument of {@link unknownMember}. */
export interface UnknownMemberOptions {
  /** Path of the object that has the member, such as `signers[2]`; empty for the root. */
  readonly place: string;
  readonly known: readonly KnownMember[];
  /** Name of the root value in messages. */
  readonly whole: string;
}

/** Message for an unknown member, with the member that may be meant or the object it belongs to. */
export function unknownMember(key: string, { place, known, whole }: UnknownMemberOptions): string {
  const here = place.replaceAll(/\[\d+\]/gu, '[]');
  // Masked before it is cut: the cut may be within an identity number.
  const masked = maskElevenDigits(key);
  const shown = masked.length > 40 ? `${masked.slice(0, 40)}…` : masked;
  const meant = similarTo(
    key,
    known.filter((member) => member.place === here).map(({ name }) => name),
  );
  if (meant !== undefined) return `has no member "${shown}", did you mean ${meant}?`;
  const elsewhere = known.find(({ name }) => name === key);
  if (elsewhere === undefined) return `has no member "${shown}"`;
  return `has no member "${shown}": it belongs in ${elsewhere.place.replaceAll('[]', '[…]') || whole}`;
}

/** The most similar known word; undefined when none is close enough. */
export function similarTo(wordThere: string, known: readonly string[]): string | undefined {
  const lower = wordThere.toLowerCase().slice(0, 80);
  const [best] = known
    .map((candidate) => ({
      candidate,
      distance: initialsOf(candidate) === lower ? 1 : distanceOf(lower, candidate.toLowerCase()),
    }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** The beginning or end of a word, such as `email` of `emailAddress`, has distance 1. */
function distanceOf(one: string, other: string): number {
  const isPart = one.length >= 4 && (other.startsWith(one) || other.endsWith(one));
  return isPart ? 1 : distanceBetween(one, other);
}

/** Such as `pin` for `personalIdentificationNumber`. */
function initialsOf(word: string): string {
  return word.replaceAll(/(?<!^)[a-z]/gu, '').toLowerCase();
}

/** Number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
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
