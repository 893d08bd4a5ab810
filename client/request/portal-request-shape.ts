import { z } from 'zod';
import {
  AVAILABLE_SECONDS,
  EMAIL_ADDRESS,
  MOBILE_PHONE,
  NONSENSITIVE_TITLE,
  objectOf,
  SIGNER_ORDER,
  signersOf,
  word,
} from '@signering/contract/schemas';
import { REQUEST_PARTS, SIGNER_PARTS } from './request-parts.js';

const SIGNER = objectOf(
  {
    ...SIGNER_PARTS,
    emailAddress: EMAIL_ADDRESS.optional(),
    mobileNumber: MOBILE_PHONE.optional(),
    useContactRegister: word(['EMAIL', 'EMAIL_AND_SMS']).optional(),
    order: SIGNER_ORDER.optional(),
  },
  "must be an object such as { emailAddress: 'name@example.com' }",
);

// Said of each form too, or a union says what is wrong with the one that is nearest.
const DATE_OR_TEXT = {
  error: 'must be a Date, or ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
};
const MOMENT_OR_DATE = z.union(
  [z.date(DATE_OR_TEXT), z.iso.datetime({ offset: true, ...DATE_OR_TEXT })],
  DATE_OR_TEXT,
);

/** Each part of a request by itself; what concerns several parts at once are the rules besides it. */
export const PORTAL_REQUEST_SHAPE = objectOf({
  ...REQUEST_PARTS,
  nonsensitiveTitle: NONSENSITIVE_TITLE.optional(),
  signers: signersOf(SIGNER),
  availableSeconds: AVAILABLE_SECONDS.optional(),
  activationTime: MOMENT_OR_DATE.optional(),
});

/** A request whose every part is right by itself. */
export type ShapedPortalRequest = z.infer<typeof PORTAL_REQUEST_SHAPE>;
