import type {
  AuthenticationLevel,
  IdentifierInSignedDocuments,
  OnBehalfOf,
  SignatureType,
} from '@signering/schema';
import type { JobMetadata } from '@signering/contract';
import type { RequestedDocument } from './requested-document.js';

/** What a request says of a signer. */
export interface PortalSignerDetails {
  /** Eleven digits; absent: the signer is identified by the contact information. */
  readonly personalIdentificationNumber?: string | undefined;
  readonly emailAddress?: string | undefined;
  /** 8–15 digits, perhaps with `+` in front. */
  readonly mobileNumber?: string | undefined;
  /**
   * Public senders only: the service looks the signer up in the national contact register instead. Needs the PIN;
   * excludes contact information and `onBehalfOf: 'OTHER'`.
   */
  readonly useContactRegister?: 'EMAIL' | 'EMAIL_AND_SMS' | undefined;
  /** 0–9: a group may sign when every lower group has signed. @default 0 */
  readonly order?: number | undefined;
  /** @default SELF */
  readonly onBehalfOf?: OnBehalfOf | undefined;
  /** @default what the service chooses for the sender's sector */
  readonly signatureType?: SignatureType | undefined;
}

/** A signer. Every signer has a PIN, an email address or a mobile number. */
export type RequestedPortalSigner = PortalSignerDetails &
  (
    | { readonly personalIdentificationNumber: string }
    | { readonly emailAddress: string }
    | { readonly mobileNumber: string }
  );

/** What a business system asks to have signed. */
export interface PortalJobRequest {
  /**
   * The job's identity: the same reference with the same content gives the same job, also years later. 1–50 letters,
   * digits, `. _ - / : #` and inner blanks; no personal data, because emails show it.
   */
  readonly reference: string;
  /** 1–80 characters, shown to signers who have logged in. */
  readonly title: string;
  /** 1–80 characters for notifications; no personal data. */
  readonly nonsensitiveTitle?: string | undefined;
  /** At most 220 characters, the sender's message to the signers. */
  readonly description?: string | undefined;
  /** 1–20 PDFs or plain texts, together at most 10 485 760 bytes. */
  readonly documents: readonly RequestedDocument[];
  /** 1–10. */
  readonly signers: readonly RequestedPortalSigner[];
  /** Seconds that each group has, at most 7 776 000 (90 days). @default 30 days */
  readonly availableSeconds?: number | undefined;
  /** When the first group may sign, at most 365 days ahead; text is ISO 8601 with an offset. @default at once */
  readonly activationTime?: Date | string | undefined;
  /** @default 4 */
  readonly requiredAuthentication?: AuthenticationLevel | undefined;
  /** How the signed document names the signers. */
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments | undefined;
  /** The service's queue for this job's status changes. @default the client's setting */
  readonly pollingQueue?: string | undefined;
  /**
   * Your own notes about the job, such as a case number: at most 20 texts of at most 200 characters. `getJob` and
   * `waitForResult` return them, the archive keeps them in `metadata.json`, and the service never gets them. Keys are 1–40
   * letters, digits, `. _ -`, begin with a letter, and hold no personal data; values may, because they are encrypted.
   * Other metadata under a known reference are another job: REFERENCE_IN_USE.
   */
  readonly metadata?: JobMetadata | undefined;
}
