import type { CancellationUrl } from '../identifiers.js';
import type { PortalSignatureJobRequest, PortalSignatureJobResponse } from '../portal/job.js';
import { findText, present, requireToken } from './element-content.js';
import { readSignatureJobId } from './read-signature-job-id.js';
import { readRoot } from './xml-element.js';

/**
 * An empty `polling-queue` means the default queue.
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signature-job-request.
 */
export function readPortalSignatureJobRequest(xml: string | Uint8Array): PortalSignatureJobRequest {
  const root = readRoot(xml, 'portal-signature-job-request');
  return present({ reference: findText(root, 'reference'), pollingQueue: findText(root, 'polling-queue') });
}

/**
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signature-job-response.
 */
export function readPortalSignatureJobResponse(xml: string | Uint8Array): PortalSignatureJobResponse {
  const root = readRoot(xml, 'portal-signature-job-response');
  return {
    ...present({ reference: findText(root, 'reference') }),
    signatureJobId: readSignatureJobId(root),
    cancellationUrl: requireToken(root, 'cancellation-url') as CancellationUrl,
  };
}
