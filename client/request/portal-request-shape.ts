import { z } from 'zod';
import { REQUEST_PARTS, requestOf, SIGNER_PARTS, signersOf } from './request-parts.js';
import { messageText, openMessageText, word } from './texts.js';

const SIGNER = z.strictObject({
  ...SIGNER_PARTS,
  emailAddress: messageText(3, 254)
    .refine((text) => /^[^\s@]+@[^\s@]+$/u.test(text), 'must be an email address')
    .optional(),
  mobileNumber: z
    .string({ error: 'must be a text of digits' })
    .regex(/^\+?[0-9]{8,15}$/u, 'must be 8 to 15 digits without blanks, perhaps with + in front')
    .optional(),
  useContactRegister: word(['EMAIL', 'EMAIL_AND_SMS']).optional(),
  order: z.int({ error: 'must be a number from 0 to 9' }).min(0).max(9).optional(),
});

const ACTIVATION_TIME = z
  .union([z.date(), z.iso.datetime({ offset: true })], {
    error: 'must be a Date, or ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
  })
  // One form for one moment, so that the same job has the same content digest however it was written.
  .transform((time) => new Date(time).toISOString());

/** Each part of a request by itself; what concerns several parts at once are the rules besides it. */
export const PORTAL_REQUEST_SHAPE = requestOf({
  ...REQUEST_PARTS,
  nonsensitiveTitle: openMessageText(1, 80).optional(),
  signers: signersOf(SIGNER),
  availableFor: z.int({ error: 'must be whole seconds' }).min(1, 'must be at least 1 second').optional(),
  activationTime: ACTIVATION_TIME.optional(),
});

/** A request whose every part is right by itself. */
export type ShapedPortalRequest = z.infer<typeof PORTAL_REQUEST_SHAPE>;
