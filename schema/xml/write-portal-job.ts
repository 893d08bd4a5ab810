import type { PortalSignatureJobRequest, PortalSignatureJobResponse } from '../portal/job.js';
import { writeMessage } from './message-writer.js';

/**
 * @throws INVALID_MESSAGE
 * Spec: portal.xsd, portal-signature-job-request.
 */
export function writePortalSignatureJobRequest(request: PortalSignatureJobRequest): string {
  return writeMessage('portal-signature-job-request', (root) => {
    root.optional('reference', request.reference).optional('polling-queue', request.pollingQueue);
  });
}

/**
 * @throws INVALID_MESSAGE
 * Spec: portal.xsd, portal-signature-job-response.
 */
export function writePortalSignatureJobResponse(response: PortalSignatureJobResponse): string {
  return writeMessage('portal-signature-job-response', (root) => {
    root
      .optional('reference', response.reference)
      .element('signature-job-id', response.signatureJobId)
      .element('cancellation-url', response.cancellationUrl);
  });
}
