import type { z } from 'zod';
import type { Problem } from '@signering/schema';
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

/** A value of some MB has room for a hundred thousand of them, and a search for what each may mean would block the process. */
const MAX_NAMED_MEMBERS = 20;

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
  let named = 0;
  // The input tells only whether a part is missing: it never gets into a message.
  return (shape.safeParse(value, { reportInput: true }).error?.issues ?? []).map((issue) => {
    const place = placeOf(issue.path);
    const common = {
      path: place || whole,
      isRule: issue.code === 'custom',
      isMissing: issue.code === 'invalid_type' && issue.input === undefined,
    };
    if (issue.code !== 'unrecognized_keys') return { ...common, message: issue.message, unknownMembers: [] };
    const unknownMembers = issue.keys.slice(0, MAX_NAMED_MEMBERS - named);
    named += unknownMembers.length;
    const left = issue.keys.length - unknownMembers.length;
    const message = [
      ...unknownMembers.map((key) => unknownMember(key, { place, known, whole })),
      ...(left > 0 ? [`has ${left} ${unknownMembers.length > 0 ? 'more ' : ''}unknown members`] : []),
    ].join('; ');
    return { ...common, message, unknownMembers };
  });
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
  const places = new Set(ofShape.map(({ path }) => path));
  const misspelt = new Map(ofShape.map(({ path, unknownMembers }) => [path, unknownMembers]));
  const follows = (path: string): boolean => {
    const dot = path.lastIndexOf('.');
    const around = dot < 0 ? WHOLES : [path.slice(0, dot)];
    const unknown = around.flatMap((place) => misspelt.get(place) ?? []);
    return unknown.some((member) => similarTo(member, [path.slice(dot + 1)]) !== undefined);
  };
  return [
    ...ofShape.filter(({ path, isMissing }) => !isMissing || !follows(path)),
    ...between.filter(({ path }) => !places.has(path) && !follows(path)),
  ].map(({ path, message }) => ({ path, message }));
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./u, '');
}
