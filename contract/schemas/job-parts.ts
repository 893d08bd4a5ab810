import { z } from 'zod';
import {
  DOCUMENT_MEDIA_TYPES,
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  IDENTITY_NUMBER,
  MAX_DOCUMENTS,
  ON_BEHALF_OF,
  SIGNATURE_TYPES,
  TEXT_RULES,
  type IdentifierInSignedDocuments,
} from '@signering/schema';
import { EMAIL_LANGUAGES } from '../job-emails.js';
import { METADATA } from './metadata.js';
import { objectOf } from './objects.js';
import {
  DOCUMENT_NAME,
  EMAIL_ADDRESS,
  LINK,
  ORGANIZATION_NUMBER,
  pattern,
  REFERENCE,
  SHA_256,
  text,
  word,
} from './texts.js';

const PIN_AND_NAME = 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME' satisfies IdentifierInSignedDocuments;
const NAME = 'NAME' satisfies IdentifierInSignedDocuments;
const [ADVANCED] = SIGNATURE_TYPES;

/** The title under which signers see a document. */
export const DOCUMENT_TITLE = text(TEXT_RULES.documentTitle);

const DOCUMENT = objectOf({
  sha256: SHA_256.meta({
    description: "SHA-256 of the document's bytes, lower-case hexadecimal: its name in storage.",
  }),
  size: z
    .int({ error: 'must be a number of bytes' })
    .min(1, 'must be a number of bytes')
    .meta({ description: 'In bytes; all documents together at most 10 485 760.' }),
  name: DOCUMENT_NAME.meta({ description: 'The file name, without folders.' }),
  mediaType: z
    .string({ error: 'must be a text' })
    .refine(
      (mediaType) => DOCUMENT_MEDIA_TYPES.some((known) => known === mediaType),
      `must be ${DOCUMENT_MEDIA_TYPES.join(' or ')}`,
    )
    .meta({ enum: [...DOCUMENT_MEDIA_TYPES] }),
  title: DOCUMENT_TITLE.meta({ description: 'What signers see; another one for each document.' }),
  titleFromFileName: z
    .literal(true, { error: 'must be true or absent' })
    .meta({ description: 'The title comes from a file name: the content digest leaves it out.' })
    .exactOptional(),
});

/** Eleven digits. */
export const PERSONAL_IDENTIFICATION_NUMBER = pattern(IDENTITY_NUMBER, 'must be 11 digits without blanks');

/** The sender's own name for a signer. */
export const SIGNER_IDENTIFIER = text(TEXT_RULES.signerIdentifier);

/** Terms of a signer in both flows. */
export const SIGNER_TERMS = { signatureType: word(SIGNATURE_TYPES), onBehalfOf: word(ON_BEHALF_OF) };

/** Terms of a job in both flows. */
export const JOB_TERMS = {
  title: text(TEXT_RULES.title).meta({ description: 'The title of the job: never in notifications.' }),
  description: text(TEXT_RULES.description).meta({ description: "The sender's message to the signers." }),
  requiredAuthentication: z.literal([3, 4], { error: 'must be 3 or 4' }),
  identifierInSignedDocuments: word(IDENTIFIERS_IN_SIGNED_DOCUMENTS),
};

/** Members of a signer in both flows. */
export const SIGNER_PARTS = {
  signatureType: SIGNER_TERMS.signatureType.exactOptional(),
  onBehalfOf: SIGNER_TERMS.onBehalfOf.exactOptional(),
};

/** Members of a job in both flows. */
export const JOB_PARTS = {
  title: JOB_TERMS.title,
  description: JOB_TERMS.description.exactOptional(),
  documents: z
    .array(DOCUMENT, { error: 'must be a list of documents' })
    .min(1, 'must name at least one document')
    .max(MAX_DOCUMENTS, `must be at most ${MAX_DOCUMENTS} documents`),
  requiredAuthentication: JOB_TERMS.requiredAuthentication.exactOptional(),
  identifierInSignedDocuments: JOB_TERMS.identifierInSignedDocuments.exactOptional(),
  metadata: METADATA.exactOptional(),
};

/** The polling queue at the service that reports the job's status. */
export const POLLING_QUEUE = text(TEXT_RULES.pollingQueue).meta({
  description: 'The polling queue at the service; use signering-workflows unless another one is needed.',
});

/** How many signers a job may have. Spec: portal.xsd and direct.xsd, the manifests. */
export const MAX_SIGNERS = 10;

/** A list of 1–10 signers. */
export function signersOf<Signer extends z.ZodType>(signer: Signer) {
  return z
    .array(signer, { error: 'must be a list of signers' })
    .min(1, 'must name at least one signer')
    .max(MAX_SIGNERS, `must be at most ${MAX_SIGNERS} signers`);
}

/** For JSON Schema: requirements of a job's `identifierInSignedDocuments` on each signer. */
export function jsonRulesOfSigners(signerByPin: Readonly<object>) {
  const given = (identifierInSignedDocuments: string, signer: Readonly<object>) => ({
    if: {
      type: 'object',
      properties: { identifierInSignedDocuments: { const: identifierInSignedDocuments } },
      required: ['identifierInSignedDocuments'],
    },
    then: { type: 'object', properties: { signers: { type: 'array', items: signer } } },
  });
  const notAdvanced = { type: 'object', properties: { signatureType: { not: { const: ADVANCED } } } };
  return { allOf: [given(PIN_AND_NAME, signerByPin), given(NAME, notAdvanced)] };
}

/** The person at the sender who gets emails about a job. */
export const EMAIL_RECIPIENT = objectOf({
  emailAddress: EMAIL_ADDRESS,
  language: word(EMAIL_LANGUAGES).exactOptional(),
  link: LINK.exactOptional().meta({ description: 'Where the person follows the job.' }),
});

/** The argument schema of a signing workflow for a job of this form. */
export function signingInputOf<Job extends z.ZodType>(job: Job) {
  return objectOf({
    version: z.literal(1),
    organizationNumber: ORGANIZATION_NUMBER,
    reference: REFERENCE,
    contentDigest: SHA_256.meta({
      description:
        "SHA-256 over the job's content, lower-case hexadecimal: a reference cannot be reused with another digest.",
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
    emailsTo: EMAIL_RECIPIENT.exactOptional().meta({
      description: 'Who gets emails about the job; not part of its content.',
    }),
  });
}
