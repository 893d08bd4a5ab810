import type { PortalSignature, PortalStatusChange } from '../portal/status-change.js';
import { writeMessage, type ElementWriter } from './message-writer.js';
import { writeNotifications } from './write-notifications.js';

/**
 * The status change that the service hands out; used by the sandbox.
 * @throws INVALID_MESSAGE
 * Spec: portal.xsd, portal-signature-job-status-change-response.
 */
export function writePortalStatusChange(change: PortalStatusChange): string {
  return writeMessage('portal-signature-job-status-change-response', (root) => {
    root
      .optional('reference', change.reference)
      .element('signature-job-id', change.signatureJobId)
      .element('status', change.status)
      .element('confirmation-url', change.confirmationUrl)
      .optional('cancellation-url', change.cancellationUrl)
      .optional('delete-documents-url', change.deleteDocumentsUrl)
      .element('signatures', (signatures) => {
        for (const signature of change.signatures) {
          signatures.element('signature', writeSignature(signature));
        }
        signatures.optional('pades-url', change.padesUrl);
      });
  });
}

function writeSignature({ identifier, status, since, xadesUrl }: PortalSignature) {
  return (signature: ElementWriter): void => {
    const statusText = status.kind === 'UNKNOWN' ? status.text : status.kind;
    signature.element('status', (element) => element.attribute('since', since).text(statusText));
    if ('personalIdentificationNumber' in identifier) {
      signature.element('personal-identification-number', identifier.personalIdentificationNumber);
    } else signature.element('identifier', writeNotifications(identifier));
    signature.optional('xades-url', xadesUrl);
  };
}
