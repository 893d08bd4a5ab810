import assert from 'node:assert/strict';

const ISO_8601 = /^[+-]?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}/u;
/** The exceptions are words of the service. Spec: docs/api-style.md, Units and moments. */
const NAMES = /(?:At|Until)$|^(?:at|until|activationTime|deadline|since)$/u;

/** Asserts that each time in an answer is ISO 8601 in UTC with milliseconds, and has a name of a moment. Returns their number. */
export function assertMoments(answer: unknown): number {
  let moments = 0;
  const visit = (value: unknown, name: string): void => {
    if (typeof value === 'string' && ISO_8601.test(value)) {
      assert.equal(value, new Date(value).toISOString(), name);
      assert.match(name, NAMES);
      moments += 1;
    } else if (Array.isArray(value)) value.forEach((item) => visit(item, name));
    else if (typeof value === 'object' && value !== null)
      for (const [member, part] of Object.entries(value)) visit(part, member);
  };
  visit(answer, 'the answer');
  return moments;
}
