import type { z } from 'zod';
import type { Problem } from '../../schema/index.js';
import { knownMembersOf, similarTo, unknownMember } from './members.js';

/** What a value as a whole is called, in the client and in the contract. */
const WHOLES: readonly string[] = ['request', 'input'];

/** A mistake in one part by itself. */
export interface ShapeProblem extends Problem {
  /** Whether a newer rule may be what the part breaks; otherwise no release has ever taken it. */
  readonly isRule: boolean;
  /** The members of the part that no such part has. */
  readonly unknownMembers: readonly string[];
  /** The part has to be there, and is not. */
  readonly isMissing: boolean;
}

/**
 * What a schema says of a value, with each place written as programmers do: `signers[2].emailAddress`; `whole` is what
 * the value as a whole is called.
 */
export function problemsOfShape(
  shape: z.ZodType,
  value: unknown,
  whole: 'request' | 'input',
): readonly ShapeProblem[] {
  const known = knownMembersOf(shape);
  // The input tells only whether a part is missing: it never gets into a message.
  return (shape.safeParse(value, { reportInput: true }).error?.issues ?? []).map((issue) => ({
    path: placeOf(issue.path) || whole,
    message:
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownMember(key, { place: placeOf(issue.path), known, whole })).join('; ')
        : issue.message,
    isRule: issue.code === 'custom',
    unknownMembers: issue.code === 'unrecognized_keys' ? issue.keys : [],
    isMissing: issue.code === 'invalid_type' && issue.input === undefined,
  }));
}

/**
 * All problems but those that follow from others: where `emialAddress` is unknown, no address is missing, and a part of
 * the wrong form breaks no further rule.
 * @param between what rules say that concern several parts
 */
export function withoutConsequences(
  ofShape: readonly ShapeProblem[],
  between: readonly Problem[],
): readonly Problem[] {
  const misspelt = ofShape.filter(({ unknownMembers }) => unknownMembers.length > 0);
  const follows = (path: string): boolean =>
    misspelt.some(({ path: place, unknownMembers }) =>
      unknownMembers.some((unknown) => {
        const member = path.slice(path.lastIndexOf('.') + 1);
        return isMemberOf(path, place) && similarTo(unknown, [member]) !== undefined;
      }),
    );
  return [
    ...ofShape.filter(({ path, isMissing }) => !isMissing || !follows(path)),
    ...between.filter(({ path }) => !follows(path) && !ofShape.some(({ path: place }) => place === path)),
  ].map(({ path, message }) => ({ path, message }));
}

/** A place without a dot is a member of the whole. */
function isMemberOf(path: string, place: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? WHOLES.includes(place) : path.slice(0, dot) === place;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./u, '');
}
