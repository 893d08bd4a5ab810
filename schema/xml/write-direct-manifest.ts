import type { DirectSignatureJobManifest, DirectSigner } from '../direct/manifest.js';
import { present } from './element-content.js';
import { writeManifestContent, type WriteManifestOptions } from './manifest-form.js';
import { writeMessage, type ElementWriter } from './message-writer.js';
import { writeDirectSignerName } from './write-direct-signer.js';
import { writeSender } from './write-manifest-parts.js';

/**
 * Writes the newer form by default, with the texts beside the documents.
 * @throws INVALID_MESSAGE
 * Spec: direct.xsd, direct-signature-job-manifest.
 */
export function writeDirectSignatureJobManifest(
  manifest: DirectSignatureJobManifest,
  options: WriteManifestOptions = {},
): string {
  return writeMessage('direct-signature-job-manifest', (root) => {
    for (const signer of manifest.signers) root.element('signer', writeSigner(signer));
    root.element('sender', writeSender(manifest.sender.organizationNumber));
    const { title, description, documents } = manifest;
    writeManifestContent(root, { title, ...present({ description }), documents }, options);
    root
      .optional('required-authentication', manifest.requiredAuthentication?.toString())
      .optional('identifier-in-signed-documents', manifest.identifierInSignedDocuments);
  });
}

function writeSigner({ identifier, signatureType, onBehalfOf }: DirectSigner) {
  return (signer: ElementWriter): void => {
    writeDirectSignerName(signer, identifier);
    signer.optional('signature-type', signatureType).optional('on-behalf-of', onBehalfOf);
  };
}
