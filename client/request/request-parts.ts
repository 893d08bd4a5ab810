import { z } from 'zod';
import {
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  ON_BEHALF_OF,
  SIGNATURE_TYPES,
  whatIsWrongWithReference,
} from '../../schema/index.js';
import { DOCUMENT_MEDIA_TYPES } from './requested-document.js';
import { messageText, openMessageText, word } from './texts.js';

const DOCUMENT = z.strictObject({
  file: z.string({ error: 'must be a path' }).min(1, 'must be a path').optional(),
  content: z.instanceof(Uint8Array, { error: 'must be bytes (a Uint8Array)' }).optional(),
  mediaType: word(DOCUMENT_MEDIA_TYPES).optional(),
  name: openMessageText(1, 100)
    .refine((name) => !/[/\\]/u.test(name), 'must be a file name without folders')
    .optional(),
  title: messageText(1, 80).optional(),
});

const REFERENCE = z.string({ error: 'must be a text' }).superRefine((text, context) => {
  const message = whatIsWrongWithReference(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** Parts of a signer that both flows have. */
export const SIGNER_PARTS = {
  personalIdentificationNumber: z
    .string({ error: 'must be a text of 11 digits' })
    .regex(/^[0-9]{11}$/u, 'must be 11 digits without blanks')
    .optional(),
  onBehalfOf: word(ON_BEHALF_OF).optional(),
  signatureType: word(SIGNATURE_TYPES).optional(),
};

/** Parts of a request that both flows have. */
export const REQUEST_PARTS = {
  reference: REFERENCE.optional(),
  title: messageText(1, 80),
  description: messageText(0, 220).optional(),
  // How many there may be is said by the inspection of documents, which counts them and their bytes.
  documents: z.array(DOCUMENT, { error: 'must be a list of documents' }),
  requiredAuthentication: z.literal([3, 4], { error: 'must be 3 or 4' }).optional(),
  identifierInSignedDocuments: word(IDENTIFIERS_IN_SIGNED_DOCUMENTS).optional(),
  pollingQueue: openMessageText(1, 100).optional(),
};

/** 1–10 of them. */
export function signersOf<Signer extends z.ZodType>(signer: Signer) {
  return z
    .array(signer, { error: 'must be a list of signers' })
    .min(1, 'must name at least one signer')
    .max(10, 'must be at most 10 signers');
}

/** A request with these parts and no others. */
export function requestOf<Parts extends z.ZodRawShape>(parts: Parts) {
  return z.strictObject(parts, {
    error: (issue) => (issue.code === 'invalid_type' ? 'must be an object' : undefined),
  });
}
