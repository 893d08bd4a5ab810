import { z } from 'zod';
import { containsNationalIdentityNumber } from '../../schema/index.js';

/** Spec: XML 1.0, production 2 (Char): nothing else can stand in a message, not even escaped. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const PRIVATE_ONLY = 'must not hold a national identity number, because others can read it';

/** A text for a message, its length counted as XML Schema does: in characters, not in UTF-16 units. */
export function messageText(shortest: number, longest: number) {
  const range =
    longest === Infinity
      ? `at least ${shortest}`
      : shortest === 0
        ? `at most ${longest}`
        : `${shortest} to ${longest}`;
  return z
    .string({ error: 'must be a text' })
    .refine((text) => isWithin(text, shortest, longest), `must have ${range} characters`)
    .refine((text) => shortest === 0 || text.trim() !== '', 'must not be blank')
    .refine((text) => !NOT_IN_XML.test(text), 'must not hold control characters');
}

/** Such a text where others than the signer can read it. */
export function openMessageText(shortest: number, longest: number) {
  return messageText(shortest, longest).refine((text) => !containsNationalIdentityNumber(text), PRIVATE_ONLY);
}

/** One of a closed set of words. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${words.join(' or ')}` });
}

function isWithin(text: string, shortest: number, longest: number): boolean {
  const length = Array.from(text).length;
  return length >= shortest && length <= longest;
}
