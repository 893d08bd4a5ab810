import type { Availability, PortalSignatureJobManifest } from '../portal/manifest.js';
import { writeManifestContent, type WriteManifestOptions } from './manifest-form.js';
import { writeMessage, type ElementWriter } from './message-writer.js';
import { writeSender } from './write-manifest-parts.js';
import { writePortalSigner } from './write-portal-signer.js';

/**
 * Writes the newer form by default, with the texts beside the documents.
 * @throws INVALID_MESSAGE
 * Spec: portal.xsd, portal-signature-job-manifest.
 */
export function writePortalSignatureJobManifest(
  manifest: PortalSignatureJobManifest,
  options: WriteManifestOptions = {},
): string {
  return writeMessage('portal-signature-job-manifest', (root) => {
    const { availability, requiredAuthentication } = manifest;
    root
      .element('signers', (signers) => {
        for (const signer of manifest.signers) signers.element('signer', writePortalSigner(signer));
      })
      .element('sender', writeSender(manifest.sender.organizationNumber));
    writeManifestContent(root, manifest, options);
    root.optional('required-authentication', requiredAuthentication?.toString());
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
