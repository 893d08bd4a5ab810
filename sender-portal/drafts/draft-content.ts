import { z } from 'zod';

/** A signer as a person wrote it: any text is kept, also one that is not valid yet. */
const DraftSigner = z.object({
  /** The identity number; empty: the signer is found by contact information alone. */
  number: z.string(),
  emailAddress: z.string(),
  mobileNumber: z.string(),
  onBehalfOf: z.enum(['SELF', 'OTHER']),
});

const DraftContent = z.object({
  /** Whether signers log in with their identity number, and how the signed document names them. */
  identifiedBy: z.enum(['NUMBER', 'NUMBER_WITH_BIRTH_DATE', 'CONTACT_INFORMATION']),
  /** Days that each signer, or each group of signers, has. */
  availableDays: z.string(),
  signers: z.array(DraftSigner),
  /** Signers sign one after another, in the order of the list. */
  inOrder: z.boolean(),
  title: z.string(),
  notificationText: z.string(),
  message: z.string(),
  /** The person's own reference; empty: the portal's. */
  ownReference: z.string(),
  /** Local time of the form, `2026-12-01T09:00`; empty: at once. */
  sendAt: z.string(),
});

export type DraftSigner = z.infer<typeof DraftSigner>;
/** What a person has written of a job so far. */
export type DraftContent = z.infer<typeof DraftContent>;

const DocumentFacts = z.object({
  name: z.string(),
  title: z.string(),
  pages: z.number().exactOptional(),
  version: z.string().exactOptional(),
  /** The PDF/A part and conformance that the file claims, such as `2B`. */
  pdfA: z.string().exactOptional(),
});
/** What is known of a document. */
export type DocumentFacts = z.infer<typeof DocumentFacts>;

export const EMPTY_SIGNER: DraftSigner = {
  number: '',
  emailAddress: '',
  mobileNumber: '',
  onBehalfOf: 'SELF',
};

export const EMPTY_DRAFT: DraftContent = {
  identifiedBy: 'CONTACT_INFORMATION',
  availableDays: '30',
  signers: [EMPTY_SIGNER],
  inOrder: false,
  title: '',
  notificationText: '',
  message: '',
  ownReference: '',
  sendAt: '',
};

/** What is left of the content of a job that was erased. */
export const ERASED_DRAFT: DraftContent = { ...EMPTY_DRAFT, signers: [] };

export function parseDraftContent(value: unknown): DraftContent {
  return DraftContent.parse(value);
}

export function parseDocumentFacts(value: unknown): DocumentFacts {
  return DocumentFacts.parse(value);
}
