import { z } from 'zod';
import {
  NINE_DIGITS,
  MOBILE_NUMBER,
  TEXT_RULES,
  whatIsWrongWithDocumentName,
  whatIsWrongWithEmailAddress,
  whatIsWrongWithExitUrl,
  whatIsWrongWithMobileNumber,
  whatIsWrongWithReference,
  whatIsWrongWithText,
  type TextRule,
} from '@signering/schema';

// Patterns for JSON Schema, in the subset that all its implementations share: no look-around, no property classes, no
// characters above U+FFFF. They therefore accept slightly more than the rules, never less.
const CONTROL = '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]';
const VISIBLE =
  '[^\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]';

/** A text checked by a rule, with the equivalent JSON Schema. */
function ruledText(whatIsWrong: (text: string) => string | undefined, jsonSchema: Readonly<object>) {
  return z
    .string({ error: 'must be a text' })
    .superRefine((value, context) => {
      const message = whatIsWrong(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({ ...jsonSchema });
}

/** A text for a message to the service. */
export function text(rule: TextRule, whatIsWrong = (value: string) => whatIsWrongWithText(value, rule)) {
  const { shortest: minLength, longest: maxLength } = rule;
  const visible = minLength === 0 ? {} : { pattern: VISIBLE };
  return ruledText(whatIsWrong, { minLength, maxLength, ...visible, not: { pattern: CONTROL } });
}

/** A text that matches a regular expression. */
export function pattern(form: RegExp, message: string) {
  return z.string({ error: 'must be a text' }).regex(form, message);
}

/** One of a closed set of words. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be ${words.join(' or ')}` });
}

/** Nine digits. */
export const ORGANIZATION_NUMBER = pattern(NINE_DIGITS, 'must be nine digits without blanks').meta({
  description: "The sender's organisation number.",
});

/** SHA-256, lower-case hexadecimal. */
export const SHA_256 = pattern(/^[0-9a-f]{64}$/u, 'must be 64 lower-case hexadecimal digits');

/** A moment with its offset. */
export const MOMENT = z.iso.datetime({
  offset: true,
  error: 'must be ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
});

/** A reference, checked by the reference rules. */
export const REFERENCE = ruledText(whatIsWrongWithReference, { minLength: 1, maxLength: 50 }).meta({
  description:
    "The job's identity: letters, digits, inner blanks and ._-/:# in Unicode's form NFC, without a national identity number.",
});

/** The file name of a document, without folders. */
export const DOCUMENT_NAME = text(TEXT_RULES.documentName, whatIsWrongWithDocumentName);

/** An email address. */
export const EMAIL_ADDRESS = ruledText(whatIsWrongWithEmailAddress, {
  maxLength: 254,
  pattern: '^[^\\s"(),:;<>@[\\\\\\]]+@[^\\s@.]+(\\.[^\\s@.]+)*$',
});

/** A mobile number, with or without its country code. */
export const MOBILE_PHONE = ruledText(whatIsWrongWithMobileNumber, { pattern: MOBILE_NUMBER.source });

/** An exit URL. */
export const EXIT_URL = text(
  TEXT_RULES.exitUrl,
  (url) => whatIsWrongWithText(url, TEXT_RULES.exitUrl) ?? whatIsWrongWithExitUrl(url),
).meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?://\\S+$' });

/** A link in an email: no blanks, no control characters. */
export const LINK = z
  .string({ error: 'must be a text' })
  .max(500, 'must have at most 500 characters')
  .regex(
    /^https:\/\/[!-~]+$|^http:\/\/(?:127\.0\.0\.1|localhost)(?::[0-9]+)?\/[!-~]*$/u,
    'must be an https URL of visible ASCII characters, or http for this machine',
  );
