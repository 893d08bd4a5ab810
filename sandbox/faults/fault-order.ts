import { z } from 'zod';
import { OPERATIONS } from '../operations.js';
import type { FaultOrder } from './fault-kind.js';
import { FAULT_KINDS } from './fault-kinds.js';

const ANY_FAULT = z.looseObject({
  fault: z.enum(FAULT_KINDS.map(({ name }) => name)),
  operation: z.enum(OPERATIONS),
});

/** A fault as the admin interface accepts it, with the settings of its kind. */
export const NEW_FAULT: z.ZodType<FaultOrder> = z.unknown().transform((input, context) => {
  const named = z.looseObject({ fault: z.string() }).safeParse(input);
  const kind = FAULT_KINDS.find(({ name }) => name === named.data?.fault);
  // Without a kind its settings are unknown.
  const result = (kind?.order ?? ANY_FAULT).safeParse(input);
  if (result.success && kind !== undefined) return result.data as FaultOrder;
  for (const { path, message } of result.error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return z.NEVER;
});
