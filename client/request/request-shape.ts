import { z } from 'zod';
import {
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  ON_BEHALF_OF,
  SIGNATURE_TYPES,
  whatIsWrongWithReference,
} from '../../schema/index.js';
import { messageText, openMessageText, word } from './texts.js';

const LONGEST_AVAILABILITY_SECONDS = 7_776_000;

const DOCUMENT = z.strictObject({
  file: z.string({ error: 'must be a path' }).min(1, 'must be a path').optional(),
  content: z.instanceof(Uint8Array, { error: 'must be bytes (a Uint8Array)' }).optional(),
  name: openMessageText(1, 100)
    .refine((name) => !/[/\\]/u.test(name), 'must be a file name without folders')
    .optional(),
  title: messageText(1, 80).optional(),
});

const SIGNER = z.strictObject({
  personalIdentificationNumber: z
    .string({ error: 'must be a text of 11 digits' })
    .regex(/^[0-9]{11}$/u, 'must be 11 digits without blanks')
    .optional(),
  emailAddress: messageText(3, 254)
    .refine((text) => /^[^\s@]+@[^\s@]+$/u.test(text), 'must be an email address')
    .optional(),
  mobileNumber: z
    .string({ error: 'must be a text of digits' })
    .regex(/^\+?[0-9]{8,15}$/u, 'must be 8 to 15 digits without blanks, perhaps with + in front')
    .optional(),
  useContactRegister: word(['EMAIL', 'EMAIL_AND_SMS']).optional(),
  order: z.int({ error: 'must be a number from 0 to 9' }).min(0).max(9).optional(),
  onBehalfOf: word(ON_BEHALF_OF).optional(),
  signatureType: word(SIGNATURE_TYPES).optional(),
});

const REFERENCE = z.string({ error: 'must be a text' }).superRefine((text, context) => {
  const message = whatIsWrongWithReference(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const ACTIVATION_TIME = z
  .union([z.date(), z.iso.datetime({ offset: true })], {
    error: 'must be a Date, or ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
  })
  // One form for one moment, so that the same job has the same content digest however it was written.
  .transform((time) => new Date(time).toISOString());

/** Each part of a request by itself; what concerns several parts at once are the rules besides it. */
export const REQUEST_SHAPE = z.strictObject(
  {
    reference: REFERENCE.optional(),
    title: messageText(1, 80),
    nonsensitiveTitle: openMessageText(1, 80).optional(),
    description: messageText(0, 220).optional(),
    // How many there may be is said by the inspection of documents, which counts them and their bytes.
    documents: z.array(DOCUMENT, { error: 'must be a list of documents' }),
    signers: z
      .array(SIGNER, { error: 'must be a list of signers' })
      .min(1, 'must name at least one signer')
      .max(10, 'must be at most 10 signers'),
    availableFor: z
      .int({ error: 'must be whole seconds' })
      .min(1, 'must be at least 1 second')
      .max(LONGEST_AVAILABILITY_SECONDS, `must be at most ${LONGEST_AVAILABILITY_SECONDS} seconds (90 days)`)
      .optional(),
    activationTime: ACTIVATION_TIME.optional(),
    requiredAuthentication: z.literal([3, 4], { error: 'must be 3 or 4' }).optional(),
    identifierInSignedDocuments: word(IDENTIFIERS_IN_SIGNED_DOCUMENTS).optional(),
    pollingQueue: openMessageText(1, 100).optional(),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be an object' : undefined) },
);

/** A request whose every part is right by itself. */
export type ShapedRequest = z.infer<typeof REQUEST_SHAPE>;
