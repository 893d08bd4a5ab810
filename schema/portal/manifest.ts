import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  ManifestDocument,
  OnBehalfOf,
  SignatureType,
} from '../manifest-values.js';

/** Contact information; at least one address is present. Spec: portal.xsd, notifications. */
export interface Notifications {
  readonly emailAddress?: string;
  readonly mobileNumber?: string;
}

/** A signer of a portal job. Spec: portal.xsd, portal-signer. */
export interface PortalSigner {
  /** Absent: the signer is identified by the contact information in `notifications`. */
  readonly personalIdentificationNumber?: string;
  /** 0–9; a group may sign when every lower group has signed. @default 0 */
  readonly order?: number;
  readonly signatureType?: SignatureType;
  /** Absent: the service looks the signer up in the national contact register (`notificationsUsingLookup`). */
  readonly notifications?: Notifications;
  /** Public senders only. With a look-up, email cannot be disabled. */
  readonly notificationsUsingLookup?: { readonly sms: boolean };
  readonly onBehalfOf?: OnBehalfOf;
}

/** When the first group can sign, and how long each group has. Spec: portal.xsd, availability. */
export interface Availability {
  /** `xs:dateTime`, at most 365 days ahead; absent or past: immediately. */
  readonly activationTime?: string;
  /** Seconds from activation, for each group; the service rejects more than 7 776 000 (90 days). @default 30 days */
  readonly availableSeconds?: number;
}

/** Content of a portal job: `manifest.xml` of the document package. Spec: portal.xsd, portal-signature-job-manifest. */
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
