import type { Availability, PortalSignatureJobManifest } from '../portal/manifest.js';
import { writeMessage, type ElementWriter } from './message-writer.js';
import { writeDocuments, writeSender } from './write-manifest-parts.js';
import { writePortalSigner } from './write-portal-signer.js';

/**
 * @throws INVALID_MESSAGE
 * Spec: portal.xsd, portal-signature-job-manifest.
 */
export function writePortalSignatureJobManifest(manifest: PortalSignatureJobManifest): string {
  return writeMessage('portal-signature-job-manifest', (root) => {
    const { availability, requiredAuthentication } = manifest;
    root
      .element('signers', (signers) => {
        for (const signer of manifest.signers) signers.element('signer', writePortalSigner(signer));
      })
      .element('sender', writeSender(manifest.sender.organizationNumber))
      .element('title', manifest.title)
      .optional('nonsensitive-title', manifest.nonsensitiveTitle)
      .optional('description', manifest.description)
      .element('documents', writeDocuments(manifest.documents))
      .optional('required-authentication', requiredAuthentication?.toString());
    if (availability !== undefined) root.element('availability', writeAvailability(availability));
    root.optional('identifier-in-signed-documents', manifest.identifierInSignedDocuments);
  });
}

function writeAvailability({ activationTime, availableSeconds }: Availability) {
  return (availability: ElementWriter): void => {
    availability
      .optional('activation-time', activationTime)
      .optional('available-seconds', availableSeconds?.toString());
  };
}
