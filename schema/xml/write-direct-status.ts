import type { DirectSignature, DirectSignatureJobStatus } from '../direct/job-status.js';
import { writeMessage } from './message-writer.js';

/** A status that names every signer, even an only one: the official clients require it. */
export interface NamedDirectStatus extends DirectSignatureJobStatus {
  readonly signatures: readonly (DirectSignature & { readonly signer: string })[];
}

/**
 * The status that the service returns; used by the sandbox.
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signature-job-status-response.
 */
export function writeDirectSignatureJobStatus(status: NamedDirectStatus): string {
  return writeMessage('direct-signature-job-status-response', (root) => {
    root
      .optional('reference', status.reference)
      .element('signature-job-id', status.signatureJobId)
      .element('signature-job-status', status.status);
    for (const { signer, status: signerStatus, since } of status.signatures) {
      const text = signerStatus.kind === 'UNKNOWN' ? signerStatus.text : signerStatus.kind;
      root.element('status', (element) =>
        element.attribute('signer', signer).attribute('since', since).text(text),
      );
    }
    root
      .optional('confirmation-url', status.confirmationUrl)
      .optional('delete-documents-url', status.deleteDocumentsUrl);
    for (const { signer, xadesUrl } of status.signatures) {
      if (xadesUrl === undefined) continue;
      root.element('xades-url', (element) => element.attribute('signer', signer).text(xadesUrl));
    }
    root.optional('pades-url', status.padesUrl);
  });
}
