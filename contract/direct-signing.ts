import type {
  AuthenticationLevel,
  DirectSignatureJobStatus,
  DirectSigner,
  ExitUrls,
  IdentifierInSignedDocuments,
} from '@signering/schema';
import { signalNamed, updateNamed } from './definitions.js';
import type { DocumentToSign } from './documents.js';
import type { SignerProgress, SigningOutcome, StatusChangeSignal } from './signing.js';

/** What is to be signed by whom in the sender's web site, with the documents already in storage. */
export interface DirectJobContent {
  readonly title: string;
  readonly description?: string;
  readonly documents: readonly DocumentToSign[];
  readonly signers: readonly DirectSigner[];
  readonly requiredAuthentication?: AuthenticationLevel;
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
  readonly exitUrls: ExitUrls;
  /**
   * The queue in which the job's status comes (`POLLING`). Absent: the status is asked for with the token that the
   * signer's browser brings back (`WAIT_FOR_CALLBACK`).
   */
  readonly pollingQueue?: string;
}

/** The argument of the workflow `directSigning`. */
export interface DirectSigningInput {
  readonly version: 1;
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  readonly reference: string;
  /** SHA-256 over the job's content, lower-case hexadecimal: the same reference with another one is refused. */
  readonly contentDigest: string;
  /**
   * Identity of the storage that holds the documents; a worker on another storage leaves the job waiting. Absent: not
   * known, as a system in another language may leave it.
   */
  readonly storageId?: string;
  readonly job: DirectJobContent;
}

/** Where to send one signer's browser; good for a single visit. */
export interface SignerRedirect {
  /** Counts from 1, in the order of the request. */
  readonly signer: number;
  readonly redirectUrl: string;
}

/** The answer of the update `redirectUrls`: the newest redirect URL of each signer, once the job is there. */
export interface RedirectUrlsAnswer {
  readonly signatureJobId: string;
  /** In the order of the request. */
  readonly signers: readonly SignerRedirect[];
}

/** The argument of the update `freshRedirectUrl`. */
export interface FreshRedirectUrlInput {
  /** The signer's number, from 1, or the PIN or own identifier by which the request names them. */
  readonly signer: number | string;
}

/** The argument of the update `signerReturned`. */
export interface SignerReturnedInput {
  /** `status_query_token` of the exit URL that the browser came to, decoded. */
  readonly statusQueryToken: string;
  /**
   * Whether the sender made sure that the browser was sent to this job's exit URL, such as by the URL's proof. Absent
   * counts as false: the token then shares a small budget with all others of that kind.
   */
  readonly proved?: boolean;
}

/** The answer of the update `signerReturned`: how the job stands, without waiting for the archive. */
export interface SignerReturnedAnswer {
  readonly signatureJobId: string;
  readonly signers: readonly SignerProgress[];
  /** Absent while the job goes on: others have to sign, the signer may try again, or its queue has told nothing yet. */
  readonly outcome?: SigningOutcome;
}

/** The most fresh redirect URLs of a job: each ends the older one, so more of them are a site that asks in a loop. */
export const MOST_FRESH_REDIRECT_URLS = 200;

/**
 * The most times that a job tells its redirect URLs. A workflow takes 2 000 updates in its life, and those with which
 * browsers come back must be among them.
 */
export const MOST_REDIRECT_URL_ANSWERS = 500;

/** The status of a direct job, as its queue gave it. */
export const directStatusChangeSignal =
  signalNamed<[StatusChangeSignal<DirectSignatureJobStatus>]>('statusChange');
/** Waits until the job is created; sent with the start, so that a web site gets its redirect URLs in one call. */
export const redirectUrlsUpdate = updateNamed<RedirectUrlsAnswer, [Record<string, never>]>('redirectUrls');
/** Asks for a fresh redirect URL, which ends the signer's older one. */
export const freshRedirectUrlUpdate = updateNamed<SignerRedirect, [FreshRedirectUrlInput]>(
  'freshRedirectUrl',
);
/** Hands in the token with which a signer's browser came back. */
export const signerReturnedUpdate = updateNamed<SignerReturnedAnswer, [SignerReturnedInput]>(
  'signerReturned',
);
/**
 * Leaves such a token for whoever works next, without an answer: what an update brings is lost when no worker takes it
 * in time, and a browser does not come back a second time.
 */
export const signerReturnedSignal = signalNamed<[SignerReturnedInput]>('leaveStatusQueryToken');
