import { z } from 'zod';
import { IDENTIFIERS_IN_SIGNED_DOCUMENTS, ON_BEHALF_OF, SIGNATURE_TYPES } from '../../schema/index.js';

// Parts of the inputs of both flows. The limits are those of the service's own schema, schema/xsd.

export const title = z.string().min(1).max(80);
export const description = z.string().max(220).describe("The sender's message to the signers.");

export const documentToSign = z
  .strictObject({
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/u)
      .describe("SHA-256 of the bytes, lower-case hexadecimal: the document's key in storage."),
    size: z.int().min(1).describe('In bytes; all documents together at most 10 485 760.'),
    name: z.string().min(1).describe('The file name.'),
    mediaType: z.string().describe('application/pdf or text/plain.'),
    title: title.describe('The title under which signers see it.'),
  })
  .describe('A document that lies in storage already.');

export const personalIdentificationNumber = z.string().regex(/^[0-9]{11}$/u);
export const signatureType = z.enum(SIGNATURE_TYPES);
export const onBehalfOf = z.enum(ON_BEHALF_OF);

/** What the jobs of both flows say in the same words. */
export const sharedContent = {
  title: title.describe('The title of the job: never in notifications.'),
  description: description.exactOptional(),
  documents: z.array(documentToSign).min(1).max(20).readonly(),
  requiredAuthentication: z
    .union([z.literal(3), z.literal(4)])
    .describe('The security level signers log in with.')
    .exactOptional(),
  identifierInSignedDocuments: z.enum(IDENTIFIERS_IN_SIGNED_DOCUMENTS).exactOptional(),
};

/** Around the job: who sends it, and under which name. */
export const jobIdentity = {
  version: z.literal(1),
  organizationNumber: z
    .string()
    .regex(/^[0-9]{9}$/u)
    .describe("The sender's organisation number."),
  reference: z
    .string()
    .min(1)
    .max(50)
    .describe(
      "The sender's own reference: letters, digits, . _ - / : # and blanks inside; part of the workflow's id, " +
        'signing/{organizationNumber}/{reference}. No personal data.',
    ),
  contentDigest: z
    .string()
    .min(1)
    .describe(
      'The same for the same job and another for another, so that a reference is not used twice: SHA-256 over the ' +
        "job's content, lower-case hexadecimal.",
    ),
};
