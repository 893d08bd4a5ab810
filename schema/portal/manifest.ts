import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  ManifestDocument,
  OnBehalfOf,
  SignatureType,
} from '../manifest-values.js';

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

/** When the first group may sign, and how long each group has. Spec: portal.xsd, availability. */
export interface Availability {
  /** `xs:dateTime`, at most 365 days ahead; absent or past: at once. */
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
