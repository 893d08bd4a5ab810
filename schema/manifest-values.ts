/** Spec: common.xsd, signature-type. */
export const SIGNATURE_TYPES = [
  'ADVANCED_ELECTRONIC_SIGNATURE',
  'AUTHENTICATED_ELECTRONIC_SIGNATURE',
] as const;
/**
 * Strength of a signature: by the e-ID itself (advanced), or by a login that is bound to the documents
 * (authenticated; public senders only). Spec: common.xsd, signature-type.
 */
export type SignatureType = (typeof SIGNATURE_TYPES)[number];

/** Spec: common.xsd, signing-on-behalf-of. */
export const ON_BEHALF_OF = ['SELF', 'OTHER'] as const;
/** Whether a signer signs personally or by virtue of a role. Spec: common.xsd, signing-on-behalf-of. */
export type OnBehalfOf = (typeof ON_BEHALF_OF)[number];

/** Spec: common.xsd, identifier-in-signed-documents. */
export const IDENTIFIERS_IN_SIGNED_DOCUMENTS = [
  'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME',
  'DATE_OF_BIRTH_AND_NAME',
  'NAME',
] as const;
/** What the signed document shows about the signers. Spec: common.xsd, identifier-in-signed-documents. */
export type IdentifierInSignedDocuments = (typeof IDENTIFIERS_IN_SIGNED_DOCUMENTS)[number];

/** Security level of the signer's login. Spec: common.xsd, authentication-level. */
export type AuthenticationLevel = 3 | 4;

/**
 * Document types that can be signed. The service's own sender portal accepts PDF only. Spec: posten-api, the document
 * package.
 */
export const DOCUMENT_MEDIA_TYPES = ['application/pdf', 'text/plain'] as const;
/** Media type of a document. */
export type DocumentMediaType = (typeof DOCUMENT_MEDIA_TYPES)[number];

/** A document in the package. Spec: portal.xsd, portal-document; direct.xsd, direct-document. */
export interface ManifestDocument {
  /** The entry's name in the document package, 4–100 characters. */
  readonly href: string;
  /** 1–100 characters, such as `application/pdf`. */
  readonly mime: string;
  /** 1–80 characters. */
  readonly title: string;
}
