import type { RedirectUrl, SignatureJobId, SignerUrl, StatusUrl } from '../identifiers.js';
import type { DirectSignerIdentifier } from './signer-identifier.js';

/**
 * How the sender obtains a job's status: by the token that the signer's browser brings back, or from a queue.
 * Spec: direct.xsd, status-retrieval-method.
 */
export const STATUS_RETRIEVAL_METHODS = ['WAIT_FOR_CALLBACK', 'POLLING'] as const;
/** One of {@link STATUS_RETRIEVAL_METHODS}. Spec: direct.xsd, status-retrieval-method. */
export type StatusRetrievalMethod = (typeof STATUS_RETRIEVAL_METHODS)[number];

/**
 * Where the service sends the signer's browser afterwards, with `status_query_token` added; at most 500 characters
 * each. All three may be the same URL. Spec: direct.xsd, exit-urls.
 */
export interface ExitUrls {
  /** Where the browser goes when the signer has signed. */
  readonly completionUrl: string;
  /** Where the browser goes when the signer has rejected. */
  readonly rejectionUrl: string;
  /** Where the browser goes when an error prevented signing. */
  readonly errorUrl: string;
}

/** The XML part of a create request. Spec: direct.xsd, direct-signature-job-request. */
export interface DirectSignatureJobRequest {
  /** The sender's own reference, at most 50 characters. */
  readonly reference?: string | undefined;
  readonly exitUrls: ExitUrls;
  /** @default 'WAIT_FOR_CALLBACK' */
  readonly statusRetrievalMethod?: StatusRetrievalMethod | undefined;
  /** The queue that reports the job's status; absent: the default queue. Only used with `POLLING`. */
  readonly pollingQueue?: string | undefined;
}

/** A signer of a created job. Spec: direct.xsd, direct-signer-response. */
export interface DirectSignerResponse {
  readonly identifier: DirectSignerIdentifier;
  /** Where the sender requests a fresh redirect URL. */
  readonly signerUrl: SignerUrl;
  /** Where to send the signer's browser; valid for one visit. */
  readonly redirectUrl: RedirectUrl;
}

/** The response to a create request. Spec: direct.xsd, direct-signature-job-response. */
export interface DirectSignatureJobResponse {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  /** Absent for `POLLING`. */
  readonly statusUrl?: StatusUrl;
  /** In any order: match by `identifier`. */
  readonly signers: readonly DirectSignerResponse[];
}

/** A request to a signer URL. Spec: direct.xsd, direct-signer-update-request. */
export interface DirectSignerUpdateRequest {
  /** Whether to return a fresh redirect URL; currently the only possible update. */
  readonly redirectUrl: boolean;
}
