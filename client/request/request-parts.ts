import { z } from 'zod';
import {
  DOCUMENT_NAME,
  DOCUMENT_TITLE,
  JOB_TERMS,
  METADATA,
  objectOf,
  PERSONAL_IDENTIFICATION_NUMBER,
  POLLING_QUEUE,
  REFERENCE,
  SIGNER_TERMS,
  word,
} from '@signering/contract/schemas';
import { DOCUMENT_MEDIA_TYPES } from '@signering/schema';
import { isDocumentContent } from './read-documents.js';
import type { DocumentContent } from './requested-document.js';

const DOCUMENT = objectOf(
  {
    file: z.string({ error: 'must be a path' }).min(1, 'must be a path').optional(),
    content: z
      .custom<DocumentContent>(isDocumentContent, 'must be bytes: a Uint8Array, a Blob or a stream')
      .optional(),
    mediaType: word(DOCUMENT_MEDIA_TYPES).optional(),
    name: DOCUMENT_NAME.optional(),
    title: DOCUMENT_TITLE.optional(),
  },
  "must be an object such as { file: 'contract.pdf' }",
);

/** Parts of a signer that both flows have. */
export const SIGNER_PARTS = {
  personalIdentificationNumber: PERSONAL_IDENTIFICATION_NUMBER.optional(),
  onBehalfOf: SIGNER_TERMS.onBehalfOf.optional(),
  signatureType: SIGNER_TERMS.signatureType.optional(),
};

/** Parts of a request that both flows have. */
export const REQUEST_PARTS = {
  reference: REFERENCE,
  title: JOB_TERMS.title,
  description: JOB_TERMS.description.optional(),
  // How many there may be is said by the inspection of documents, which counts them and their bytes.
  documents: z.array(DOCUMENT, { error: 'must be a list of documents' }),
  requiredAuthentication: JOB_TERMS.requiredAuthentication.optional(),
  identifierInSignedDocuments: JOB_TERMS.identifierInSignedDocuments.optional(),
  pollingQueue: POLLING_QUEUE.optional(),
  metadata: METADATA.optional(),
};
