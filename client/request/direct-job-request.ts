import type {
  AuthenticationLevel,
  ExitUrls,
  IdentifierInSignedDocuments,
  OnBehalfOf,
  SignatureType,
  StatusRetrievalMethod,
} from '@signering/schema';
import type { JobMetadata } from '@signering/contract';
import type { RequestedDocument } from './requested-document.js';

/** What a request says of a signer at your web site. */
export interface DirectSignerDetails {
  /** @default SELF */
  readonly onBehalfOf?: OnBehalfOf | undefined;
  /** @default what the service chooses for the sender's sector */
  readonly signatureType?: SignatureType | undefined;
}

/** A signer whom the service knows by number. */
export interface SignerByNumber extends DirectSignerDetails {
  /** Eleven digits. */
  readonly personalIdentificationNumber: string;
  readonly signerIdentifier?: undefined;
}

/** A signer named by an identifier of yours. */
export interface SignerByIdentifier extends DirectSignerDetails {
  /** Your own name for the signer, 1–80 characters, unique within the job and nothing personal. */
  readonly signerIdentifier: string;
  readonly personalIdentificationNumber?: undefined;
}

/** A signer at your web site, named by a PIN or by your own identifier. */
export type RequestedDirectSigner = SignerByNumber | SignerByIdentifier;

/** What a web site asks to have signed by those who are logged in there. The job lasts 30 days, always. */
export interface DirectJobRequest {
  /**
   * The job's identity: the same reference with the same content gives the same job, also years later. 1–50 letters,
   * digits, `. _ - / : #` and inner blanks; no personal data.
   */
  readonly reference: string;
  /** 1–80 characters. */
  readonly title: string;
  /** At most 220 characters, the sender's message to the signers. */
  readonly description?: string | undefined;
  /** 1–20 PDFs or plain texts, together at most 10 485 760 bytes. */
  readonly documents: readonly RequestedDocument[];
  /** 1–10; each gets its own redirect URL. */
  readonly signers: readonly RequestedDirectSigner[];
  /** Where browsers come back; at most 500 characters each, no personal data. One URL may serve as all three. */
  readonly exitUrls: ExitUrls;
  /**
   * How the outcome is fetched. `WAIT_FOR_CALLBACK`: at once, with the token that the browser brings back; when a signer
   * closes the browser before that, the job ends as NOT_REPORTED. `POLLING`: from a queue, up to ten minutes later,
   * whether the browser comes back or not. @default WAIT_FOR_CALLBACK
   */
  readonly statusRetrievalMethod?: StatusRetrievalMethod | undefined;
  /** With `POLLING`: the service's queue for this job's status. @default the client's setting */
  readonly pollingQueue?: string | undefined;
  /** @default 4 */
  readonly requiredAuthentication?: AuthenticationLevel | undefined;
  /** How the signed document names the signers. */
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments | undefined;
  /**
   * Your own notes about the job, such as a case number: at most 20 texts of at most 200 characters. `getJob` and
   * `waitForResult` return them, the archive keeps them in `metadata.json`, and the service never gets them. Keys are 1–40
   * letters, digits, `. _ -`, begin with a letter, and hold no personal data; values may, because they are encrypted.
   * Other metadata under a known reference are another job: REFERENCE_IN_USE.
   */
  readonly metadata?: JobMetadata | undefined;
}
