/** Spec: common.xsd, signature-type. */
export const SIGNATURE_TYPES = [
  'ADVANCED_ELECTRONIC_SIGNATURE',
  'AUTHENTICATED_ELECTRONIC_SIGNATURE',
] as const;
export type SignatureType = (typeof SIGNATURE_TYPES)[number];

/** Spec: common.xsd, signing-on-behalf-of. */
export const ON_BEHALF_OF = ['SELF', 'OTHER'] as const;
export type OnBehalfOf = (typeof ON_BEHALF_OF)[number];

/** Spec: common.xsd, identifier-in-signed-documents. */
export const IDENTIFIERS_IN_SIGNED_DOCUMENTS = [
  'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME',
  'DATE_OF_BIRTH_AND_NAME',
  'NAME',
] as const;
export type IdentifierInSignedDocuments = (typeof IDENTIFIERS_IN_SIGNED_DOCUMENTS)[number];

/** The security level a signer logs in with. Spec: common.xsd, authentication-level. */
export type AuthenticationLevel = 3 | 4;

/** Given addresses; at least one is there. Spec: portal.xsd, notifications. */
export interface Notifications {
  readonly emailAddress?: string;
  readonly mobileNumber?: string;
}

/** One who is asked to sign. Spec: portal.xsd, portal-signer. */
export interface PortalSigner {
  /** Absent: the signer is identified by the contact information in `notifications`. */
  readonly personalIdentificationNumber?: string;
  /** 0–9; a group may sign when every lower group has signed. @default 0 */
  readonly order?: number;
  readonly signatureType?: SignatureType;
  /** Absent: the service looks the signer up in the national contact register (`notificationsUsingLookup`). */
  readonly notifications?: Notifications;
  /** Public senders only. With a look-up email cannot be turned off. */
  readonly notificationsUsingLookup?: { readonly sms: boolean };
  readonly onBehalfOf?: OnBehalfOf;
}

/** One document in the package. Spec: portal.xsd, portal-document. */
export interface ManifestDocument {
  /** The entry's name in the document package, 4–100 characters. */
  readonly href: string;
  /** 1–100 characters, such as `application/pdf`. */
  readonly mime: string;
  /** 1–80 characters. */
  readonly title: string;
}

/** When the first group may sign, and how long each group has. Spec: portal.xsd, availability. */
export interface Availability {
  /** `xs:dateTime`; absent or past: at once. */
  readonly activationTime?: string;
  /** Seconds from activation, for each group; the service refuses more than 7 776 000 (90 days). @default 30 days */
  readonly availableSeconds?: number;
}

/** What is to be signed by whom: `manifest.xml` of the document package. Spec: portal.xsd, portal-signature-job-manifest. */
export interface PortalSignatureJobManifest {
  readonly signers: readonly PortalSigner[];
  /** The sender's organisation number, nine digits. */
  readonly sender: { readonly organizationNumber: string };
  readonly title: string;
  readonly nonsensitiveTitle?: string;
  readonly description?: string;
  readonly documents: readonly ManifestDocument[];
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly availability?: Availability;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
}
