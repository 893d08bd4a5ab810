import { z } from 'zod';
import { NINE_DIGITS } from '@signering/schema';
import { CONTACT_STATUSES } from '../contact-register.js';
import { HOLD_MOMENTS } from '../holds.js';
import { MAILBOX_STATUSES } from '../mailboxes.js';
import { OPERATIONS } from '../operations.js';
import { AdminRefusal } from './admin-error.js';

/** Requests that the admin interface accepts. The error for any other request names the wrong member. */
export const CLOCK_MOVE = z.strictObject({
  /** Forward only: time limits that have passed cannot be undone. */
  advanceSeconds: z
    .number()
    .nonnegative()
    .max(100 * 365 * 24 * 60 * 60),
});
export const NEW_HOLD = z.strictObject({ operation: z.enum(OPERATIONS), when: z.enum(HOLD_MOMENTS) });
export const CONTACT_CHANGE = z.strictObject({ status: z.enum(CONTACT_STATUSES) });
export const MAILBOX_CHANGE = z.strictObject({ status: z.enum(MAILBOX_STATUSES) });
export const ORGANIZATION_CHOICES = z.strictObject({ longTermStorage: z.boolean() });
export const ORGANIZATION_NUMBER = z.strictObject({
  organizationNumber: z.string().regex(NINE_DIGITS, 'must be nine digits'),
});
export const IDENTITY_NUMBER = z.strictObject({
  personalIdentificationNumber: z.string().regex(/^\d{11}$/u, 'must be 11 digits'),
});
export const JOB_ADDRESS = z.strictObject({
  signatureJobId: z.string().regex(/^\d{1,18}$/u, 'must be the id of a signature job, which is a number'),
});
export const SIGNER_ADDRESS = JOB_ADDRESS.extend({
  signer: z
    .string()
    .regex(/^[1-9]\d{0,2}$/u, 'must be the number of a signer, from 1')
    .transform(Number),
});

/** @throws AdminRefusal INVALID_REQUEST naming every mistake */
export function parseRequest<Content>(shape: z.ZodType<Content>, input: unknown): Content {
  const result = shape.safeParse(input ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new AdminRefusal('INVALID_REQUEST', `The request is invalid: ${mistakes.join('; ')}`);
}
