import type { Availability, PortalSignatureJobManifest } from '../portal/manifest.js';
import { findChild, findChildren, findText, findToken, present, requireChild } from './element-content.js';
import {
  findIdentifierInSignedDocuments,
  findRequiredAuthentication,
  readManifestContent,
  readSender,
} from './read-manifest-parts.js';
import { readPortalSigner } from './read-portal-signer.js';
import { UnreadableXmlError } from './errors.js';
import { readRoot, type XmlElement } from './xml-element.js';

/**
 * Reads both forms into the newer structure.
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signature-job-manifest.
 */
export function readPortalSignatureJobManifest(xml: string | Uint8Array): PortalSignatureJobManifest {
  const root = readRoot(xml, 'portal-signature-job-manifest');
  const { texts, documents } = readManifestContent(root);
  const availability = findChild(root, 'availability');
  return {
    signers: findChildren(requireChild(root, 'signers'), 'signer').map(readPortalSigner),
    sender: readSender(root),
    title: requireChild(texts, 'title').text,
    ...present({
      nonsensitiveTitle: findText(texts, 'nonsensitive-title'),
      description: findText(texts, 'description'),
    }),
    documents,
    ...findRequiredAuthentication(root),
    ...present({ availability: availability === undefined ? undefined : readAvailability(availability) }),
    ...findIdentifierInSignedDocuments(root),
  };
}

function readAvailability(availability: XmlElement): Availability {
  const seconds = findToken(availability, 'available-seconds');
  if (seconds !== undefined && !/^[+-]?[0-9]{1,40}$/u.test(seconds)) {
    throw new UnreadableXmlError('available-seconds is not an integer');
  }
  return present({
    activationTime: findToken(availability, 'activation-time'),
    availableSeconds: seconds === undefined ? undefined : Number(seconds),
  });
}
