import type { CancellationUrl, SignatureJobId } from '../identifiers.js';

/** The XML part of a create request. Spec: portal.xsd, portal-signature-job-request. */
export interface PortalSignatureJobRequest {
  /** The sender's own reference, at most 50 characters. */
  readonly reference?: string | undefined;
  /** The queue that reports the job's status changes; absent: the default queue. */
  readonly pollingQueue?: string | undefined;
}

/** The response to a create request. Spec: portal.xsd, portal-signature-job-response. */
export interface PortalSignatureJobResponse {
  readonly reference?: string;
  readonly signatureJobId: SignatureJobId;
  readonly cancellationUrl: CancellationUrl;
}
