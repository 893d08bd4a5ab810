import { z } from 'zod';
import { containsNationalIdentityNumber, whatIsWrongWithReference } from '../../schema/index.js';

/** The argument of {@link text}. */
export interface TextOptions {
  /** In characters, not in UTF-16 units, as XML Schema and JSON Schema count. */
  readonly shortest: number;
  readonly longest: number;
  /** Others than the signer read it, so it may hold no national identity number. */
  readonly open?: true;
}

/** A text for a message to the service. */
export function text({ shortest, longest, open }: TextOptions) {
  const withinRange = z
    .string({ error: 'must be a text' })
    .refine((value) => {
      const length = Array.from(value).length;
      return length >= shortest && length <= longest;
    }, `must have ${shortest} to ${longest} characters`)
    .meta({ minLength: shortest, maxLength: longest });
  if (open === undefined) return withinRange;
  return withinRange
    .refine((value) => !containsNationalIdentityNumber(value), 'must not hold a national identity number')
    .meta({ minLength: shortest, maxLength: longest });
}

/** A text of a form that a regular expression tells. */
export function pattern(form: RegExp, message: string) {
  return z.string({ error: 'must be a text' }).regex(form, message);
}

/** One of a closed set of words. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${words.join(' or ')}` });
}

/** Nine digits. */
export const ORGANIZATION_NUMBER = pattern(/^[0-9]{9}$/u, 'must be nine digits without blanks').meta({
  description: "The sender's organisation number.",
});

/** SHA-256, lower-case hexadecimal. */
export const SHA_256 = pattern(/^[0-9a-f]{64}$/u, 'must be 64 lower-case hexadecimal digits');

/** A moment with its offset. */
export const MOMENT = z.iso.datetime({
  offset: true,
  error: 'must be ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
});

/** A reference, as the rules for it say. */
export const REFERENCE = z
  .string({ error: 'must be a text' })
  .superRefine((value, context) => {
    const message = whatIsWrongWithReference(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({
    description:
      "The job's identity: letters, digits, inner blanks and ._-/:# in Unicode's form NFC, without a national identity number.",
    minLength: 1,
    maxLength: 50,
  });
