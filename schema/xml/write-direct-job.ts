import type { DirectSignatureJobRequest, DirectSignatureJobResponse } from '../direct/job.js';
import { nameOfDirectSigner } from '../direct/signer-identifier.js';
import { writeMessage } from './message-writer.js';
import { writeSignerOfDirectJob } from './write-direct-signer.js';

/**
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signature-job-request.
 */
export function writeDirectSignatureJobRequest(request: DirectSignatureJobRequest): string {
  const { completionUrl, rejectionUrl, errorUrl } = request.exitUrls;
  return writeMessage('direct-signature-job-request', (root) => {
    root
      .optional('reference', request.reference)
      .element('exit-urls', (exitUrls) => {
        exitUrls
          .element('completion-url', completionUrl)
          .element('rejection-url', rejectionUrl)
          .element('error-url', errorUrl);
      })
      .optional('status-retrieval-method', request.statusRetrievalMethod)
      .optional('polling-queue', request.pollingQueue);
  });
}

/**
 * The response of the service, written by the sandbox, with the deprecated list of redirect URLs that the schema
 * requires.
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signature-job-response.
 */
export function writeDirectSignatureJobResponse(response: DirectSignatureJobResponse): string {
  return writeMessage('direct-signature-job-response', (root) => {
    root.optional('reference', response.reference).element('signature-job-id', response.signatureJobId);
    for (const { identifier, redirectUrl } of response.signers) {
      root.element('redirect-url', (url) =>
        url.attribute('signer', nameOfDirectSigner(identifier)).text(redirectUrl),
      );
    }
    root.optional('status-url', response.statusUrl);
    for (const signer of response.signers) root.element('signer', writeSignerOfDirectJob(signer));
  });
}
