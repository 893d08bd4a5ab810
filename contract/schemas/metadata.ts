import { z } from 'zod';
import { isRecord, whatIsWrongWithText } from '@signering/schema';
import type { JobMetadata } from '../metadata.js';

const MAX_MEMBERS = 20;
const VALUE = { shortest: 0, longest: 200 };

/** Begins with a letter: JavaScript would sort keys that are numbers, and the content digest sorts them by name. */
const KEY = /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/u;

/**
 * A job's metadata. A value may hold a national identity number, because it is encrypted. A key must not, because messages
 * name keys.
 */
export const METADATA = z
  .any()
  .superRefine((metadata: unknown, context) => {
    const wrongType = (path: readonly string[], message: string): void =>
      context.addIssue({
        code: 'invalid_type',
        expected: 'string',
        input: metadata,
        path: [...path],
        message,
      });
    if (!isRecord(metadata)) {
      wrongType([], "must be an object of texts such as { caseNumber: '2026/17' }");
      return;
    }
    const members = Object.entries(metadata);
    if (members.length > MAX_MEMBERS) {
      context.addIssue({ code: 'custom', message: `must have at most ${MAX_MEMBERS} members` });
      return;
    }
    for (const [index, [key, value]] of members.entries()) {
      const ofKey = whatIsWrongWithKey(key);
      if (ofKey !== undefined) {
        context.addIssue({ code: 'custom', message: `member ${index + 1}: the key ${ofKey}` });
        continue;
      }
      if (typeof value !== 'string') {
        wrongType([key], 'must be a text');
        continue;
      }
      const ofValue = whatIsWrongWithText(value, VALUE);
      if (ofValue !== undefined) context.addIssue({ code: 'custom', path: [key], message: ofValue });
    }
  })
  .meta({
    type: 'object',
    maxProperties: MAX_MEMBERS,
    propertyNames: { pattern: KEY.source },
    additionalProperties: { type: 'string', maxLength: VALUE.longest },
    description: 'Your own notes about the job, encrypted and returned; the service never gets them.',
  }) as unknown as z.ZodType<JobMetadata>;

function whatIsWrongWithKey(key: string): string | undefined {
  if (!KEY.test(key)) {
    return 'must have 1 to 40 letters a–z, digits, dots, underscores or hyphens, and begin with a letter';
  }
  return whatIsWrongWithText(key, { shortest: 1, longest: 40, open: true });
}
