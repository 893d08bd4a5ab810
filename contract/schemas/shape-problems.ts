import type { z } from 'zod';
import type { Problem } from '@signering/schema';
import { knownMembersOf, similarTo, unknownMember } from './members.js';

/** Names of the root value, in the client and in the contract. */
const WHOLES: readonly string[] = ['request', 'input'];

/** A mistake in one part, independent of other parts. */
export interface ShapeProblem extends Problem {
  /** The part may break a newer rule; otherwise every release refuses it. */
  readonly isRule: boolean;
  /** Members of the part that are unknown. */
  readonly unknownMembers: readonly string[];
  /** The part is required and absent. */
  readonly isMissing: boolean;
}

/** Bounds the search for similar names: a value of a few MB can have a hundred thousand unknown members. */
const MAX_NAMED_MEMBERS = 20;

/**
 * Problems of a value under a schema. Paths are written as in code: `signers[2].emailAddress`; `whole` names the root
 * value.
 */
export function problemsOfShape(
  shape: z.ZodType,
  value: unknown,
  whole: 'request' | 'input',
): readonly ShapeProblem[] {
  const known = knownMembersOf(shape);
  let named = 0;
  // `reportInput` serves only to detect absent parts; the input never enters a message.
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
 * Removes problems that follow from others: if `emialAddress` is unknown, the absent address is not reported, and
 * neither is a broken rule of a part that has the wrong form.
 * @param between problems of rules that concern several parts
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
    ...ofShape
      .filter(({ path, isMissing }) => !isMissing || !follows(path))
      .map(({ path, message }) => ({ path, message })),
    ...between.filter(({ path }) => !places.has(path) && !follows(path)),
  ];
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./u, '');
}
