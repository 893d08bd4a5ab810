import type { RedirectUrl, SignatureJobId, SignerUrl, StatusUrl } from '../identifiers.js';
import type { DirectSignerIdentifier } from './signer-identifier.js';

/**
 * How the sender learns of a job's status: by the token that the signer's browser brings back, or from a queue.
 * Spec: direct.xsd, status-retrieval-method.
 */
export const STATUS_RETRIEVAL_METHODS = ['WAIT_FOR_CALLBACK', 'POLLING'] as const;
/** One of {@link STATUS_RETRIEVAL_METHODS}. Spec: direct.xsd, status-retrieval-method. */
export type StatusRetrievalMethod = (typeof STATUS_RETRIEVAL_METHODS)[number];

/**
 * Where the service sends the signer's browser afterwards, each with `status_query_token` added; at most 500
 * characters. One URL may serve as all three. Spec: direct.xsd, exit-urls.
 */
export interface ExitUrls {
  /** The signer has signed. */
  readonly completionUrl: string;
  /** The signer has chosen not to sign. */
  readonly rejectionUrl: string;
  /** Something went wrong that the signer did not choose. */
  readonly errorUrl: string;
}

/** The first part of a create request. Spec: direct.xsd, direct-signature-job-request. */
export interface DirectSignatureJobRequest {
  /** The sender's own reference, at most 50 characters. */
  readonly reference?: string;
  readonly exitUrls: ExitUrls;
  /** @default 'WAIT_FOR_CALLBACK' */
  readonly statusRetrievalMethod?: StatusRetrievalMethod;
  /** The queue in which the job's status comes; absent: the default queue. Without effect unless `POLLING`. */
  readonly pollingQueue?: string;
}

/** One signer of a created job, and where to send their browser. Spec: direct.xsd, direct-signer-response. */
export interface DirectSignerResponse {
  readonly identifier: DirectSignerIdentifier;
  /** Where the sender asks for a fresh redirect URL. */
  readonly signerUrl: SignerUrl;
  /** For the signer's browser; good for one visit. */
  readonly redirectUrl: RedirectUrl;
}

/** The answer to a create request. Spec: direct.xsd, direct-signature-job-response. */
export interface DirectSignatureJobResponse {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  /** Absent for `POLLING`. */
  readonly statusUrl?: StatusUrl;
  /** In any order: match them by `identifier`. */
  readonly signers: readonly DirectSignerResponse[];
}

/** What the sender asks for at a signer's URL. Spec: direct.xsd, direct-signer-update-request. */
export interface DirectSignerUpdateRequest {
  /** Whether a fresh redirect URL is asked for: today there is nothing else to ask for. */
  readonly redirectUrl: boolean;
}
