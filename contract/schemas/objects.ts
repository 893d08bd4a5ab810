import { z } from 'zod';

/** An object with these members and no others. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape, whatItIs = 'must be an object') {
  return z.strictObject(shape, { error: ({ code }) => (code === 'invalid_type' ? whatItIs : undefined) });
}

/** For JSON Schema: an object that has at least these members. */
export function havingMembers(...names: readonly string[]) {
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, true])),
    required: [...names],
  };
}
