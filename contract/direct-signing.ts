import type {
  AuthenticationLevel,
  DirectSignatureJobStatus,
  DirectSigner,
  ExitUrls,
  IdentifierInSignedDocuments,
} from '@signering/schema';
import { signalNamed, updateNamed } from './definitions.js';
import type { DocumentToSign } from './documents.js';
import type { JobIdentity } from './job-identity.js';
import type { EmailRecipient } from './job-emails.js';
import type { JobMetadata } from './metadata.js';
import type { SignerProgress, SigningOutcome, StatusChangeSignal } from './signing.js';

/** Content of a direct job: documents (already in storage), signers and terms. */
export interface DirectJobContent {
  readonly title: string;
  readonly description?: string;
  readonly documents: readonly DocumentToSign[];
  readonly signers: readonly DirectSigner[];
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly exitUrls: ExitUrls;
  /**
   * Polling queue that reports the job's status (`POLLING`). Absent: the status is fetched with the token that the
   * signer's browser brings back (`WAIT_FOR_CALLBACK`).
   */
  readonly pollingQueue?: string;
  /** Absent: none. The manifest leaves it out. */
  readonly metadata?: JobMetadata;
}

/** The argument of the workflow `directSigning`. */
export interface DirectSigningInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  /** SHA-256 over the job's content, lower-case hexadecimal. A reference cannot be reused with another digest. */
  readonly contentDigest: string;
  /**
   * Identity of the storage that holds the documents; a worker on another storage leaves the job waiting. Absent:
   * unknown; systems in other languages may omit it.
   */
  readonly storageId?: string;
  readonly job: DirectJobContent;
  /** Who gets emails about the job. The content digest leaves it out. @default no emails */
  readonly emailsTo?: EmailRecipient;
}

/** Where to send one signer's browser; valid for a single visit. */
export interface SignerRedirect {
  /** Counts from 1, in the order of the request. */
  readonly signer: number;
  /** The sender's own identifier of the signer, where the request has one. */
  readonly signerIdentifier?: string;
  readonly redirectUrl: string;
}

/** Result of the update `redirectUrls`: the newest redirect URL of each signer, once the job is created. */
export interface RedirectUrlsAnswer {
  readonly signatureJobId: string;
  /** In the order of the request. */
  readonly redirects: readonly SignerRedirect[];
}

/** The argument of the update `freshRedirectUrl`: a signer by number, or by the identifier of the request. */
export type ChosenSigner =
  /** Counts from 1, in the order of the request. */
  | { readonly signer: number }
  | { readonly signerIdentifier: string }
  /** Eleven digits. */
  | { readonly personalIdentificationNumber: string };

/** The argument of the update `signerReturned`. */
export interface SignerReturnedInput {
  /** `status_query_token` of the exit URL that the browser was sent to, decoded. */
  readonly statusQueryToken: string;
  /**
   * Whether the sender verified that the service sent the browser to this job's exit URL, for example by the URL's
   * proof. Absent means false: the token then shares a small budget with all other unproved tokens.
   */
  readonly proved?: boolean;
}

/** Result of the update `signerReturned`: the job's status now, without waiting for the archive. */
export interface SignerReturnedAnswer {
  readonly signatureJobId: string;
  readonly signers: readonly SignerProgress[];
  /**
   * Absent while the job is open: other signers are pending, the signer may retry, or the queue has not reported yet.
   */
  readonly outcome?: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
}

/**
 * Limit of fresh redirect URLs per job. Each invalidates the previous one, so a higher number means a site in a loop.
 */
export const MOST_FRESH_REDIRECT_URLS = 200;

/**
 * Limit of `redirectUrls` updates per job. A workflow accepts 2 000 updates in total, and `signerReturned` must still
 * fit.
 */
export const MOST_REDIRECT_URL_ANSWERS = 500;

/** Status of a direct job, delivered by its poller. */
export const directStatusChangeSignal =
  signalNamed<[StatusChangeSignal<DirectSignatureJobStatus>]>('statusChange');
/** Waits until the job is created; sent with the start, so that a web site gets its redirect URLs in one call. */
export const redirectUrlsUpdate = updateNamed<RedirectUrlsAnswer, [Record<string, never>]>('redirectUrls');
/** Requests a fresh redirect URL, which invalidates the signer's older one. */
export const freshRedirectUrlUpdate = updateNamed<SignerRedirect, [ChosenSigner]>('freshRedirectUrl');
/** Passes on the token with which a signer's browser came back. */
export const signerReturnedUpdate = updateNamed<SignerReturnedAnswer, [SignerReturnedInput]>(
  'signerReturned',
);
/**
 * Fallback for `signerReturned` that waits in the history without a reply. An update is lost if no worker accepts it
 * in time, and a browser does not come back a second time.
 */
export const signerReturnedSignal = signalNamed<[SignerReturnedInput]>('leaveStatusQueryToken');
