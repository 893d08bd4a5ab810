import { z } from 'zod';
import { NINE_DIGITS } from '@signering/schema';
import { SIGNER_ACTS } from '../ceremony/act-as-signer.js';
import { CONTACT_STATUSES } from '../contact-register.js';
import { HOLD_MOMENTS } from '../holds.js';
import { MAILBOX_STATUSES } from '../mailboxes.js';
import { OPERATIONS } from '../operations.js';

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
  number: z.string().regex(NINE_DIGITS, 'must be nine digits'),
});
export const IDENTITY_NUMBER = z.strictObject({ number: z.string().regex(/^\d{11}$/u, 'must be 11 digits') });
export const JOB_ADDRESS = z.strictObject({ id: z.string().regex(/^\d{1,18}$/u, 'must be a job id') });
export const SIGNER_ACT = JOB_ADDRESS.extend({
  n: z.coerce.number().int().positive(),
  act: z.enum(SIGNER_ACTS),
});

/** The request is invalid. */
export class AdminRefusal extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.name = 'AdminRefusal';
    this.status = status;
  }
}

/** @throws AdminRefusal 400 naming every mistake */
export function parseRequest<Content>(shape: z.ZodType<Content>, input: unknown): Content {
  const result = shape.safeParse(input ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new AdminRefusal(400, mistakes.join('; '));
}
