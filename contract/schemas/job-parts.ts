import { z } from 'zod';
import { IDENTIFIERS_IN_SIGNED_DOCUMENTS, ON_BEHALF_OF, SIGNATURE_TYPES } from '../../schema/index.js';
import { ORGANIZATION_NUMBER, pattern, REFERENCE, SHA_256, text, word } from './texts.js';

const DOCUMENT = z.strictObject({
  sha256: SHA_256.meta({
    description: "SHA-256 of the document's bytes, lower-case hexadecimal: its name in storage.",
  }),
  size: z
    .int({ error: 'must be a number of bytes' })
    .min(1)
    .meta({ description: 'In bytes; all documents together at most 10 485 760.' }),
  name: text({ shortest: 1, longest: 100, open: true }).meta({
    description: 'The file name, without folders.',
  }),
  mediaType: text({ shortest: 1, longest: 100 }).meta({ description: 'application/pdf or text/plain.' }),
  title: text({ shortest: 1, longest: 80 }).meta({ description: 'What signers see.' }),
});

/** Eleven digits. */
export const PERSONAL_IDENTIFICATION_NUMBER = pattern(/^[0-9]{11}$/u, 'must be 11 digits without blanks');

/** Parts of a signer that both flows have. */
export const SIGNER_PARTS = {
  signatureType: word(SIGNATURE_TYPES).exactOptional(),
  onBehalfOf: word(ON_BEHALF_OF).exactOptional(),
};

/** Parts of a job that both flows have. */
export const JOB_PARTS = {
  title: text({ shortest: 1, longest: 80 }).meta({
    description: 'The title of the job: never in notifications.',
  }),
  description: text({ shortest: 0, longest: 220 })
    .exactOptional()
    .meta({ description: "The sender's message to the signers." }),
  documents: z
    .array(DOCUMENT, { error: 'must be a list of documents' })
    .min(1, 'must name at least one document')
    .max(20, 'must be at most 20 documents'),
  requiredAuthentication: z.literal([3, 4], { error: 'must be 3 or 4' }).exactOptional(),
  identifierInSignedDocuments: word(IDENTIFIERS_IN_SIGNED_DOCUMENTS).exactOptional(),
};

/** The queue at the service in which the job's status comes. */
export const POLLING_QUEUE = text({ shortest: 1, longest: 100, open: true }).meta({
  description:
    'The polling queue at the service; signering-workflows unless there is a reason for another one.',
});

/** 1–10 of them. */
export function signersOf<Signer extends z.ZodType>(signer: Signer) {
  return z
    .array(signer, { error: 'must be a list of signers' })
    .min(1, 'must name at least one signer')
    .max(10, 'must be at most 10 signers');
}

/** The argument of a signing workflow about such a job. */
export function signingInputOf<Job extends z.ZodType>(job: Job) {
  return z.strictObject({
    version: z.literal(1),
    organizationNumber: ORGANIZATION_NUMBER,
    reference: REFERENCE,
    contentDigest: SHA_256.meta({
      description:
        "SHA-256 over the job's content, lower-case hexadecimal: the same reference with another one is refused.",
    }),
    storageId: pattern(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
      'must be the id in storage-identity.json of the storage',
    )
      .exactOptional()
      .meta({
        description:
          'The id in storage-identity.json of the storage that holds the documents: a worker on another storage leaves the job waiting.',
      }),
    job,
  });
}
