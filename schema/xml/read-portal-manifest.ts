import {
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  type AuthenticationLevel,
  type ManifestDocument,
} from '../manifest-values.js';
import type { Availability, PortalSignatureJobManifest } from '../portal/manifest.js';
import {
  findChild,
  findChildren,
  findOneOf,
  findText,
  findToken,
  present,
  requireAttribute,
  requireChild,
  requireToken,
} from './element-content.js';
import { readPortalSigner } from './read-portal-signer.js';
import { UnreadableXmlError } from './unreadable-xml-error.js';
import { readRoot, type XmlElement } from './xml-element.js';

/**
 * Reads either form: in the older one a single document carries the job's texts, which here stand where the newer
 * form has them.
 * @throws UNREADABLE_XML
 * Spec: portal.xsd, portal-signature-job-manifest.
 */
export function readPortalSignatureJobManifest(xml: string | Uint8Array): PortalSignatureJobManifest {
  const root = readRoot(xml, 'portal-signature-job-manifest');
  const singleDocument = findChild(root, 'document');
  const texts = singleDocument ?? root;
  const documents =
    singleDocument === undefined
      ? findChildren(requireChild(root, 'documents'), 'document')
      : [singleDocument];
  const availability = findChild(root, 'availability');
  const level = findOneOf(root, 'required-authentication', ['3', '4']);
  return {
    signers: findChildren(requireChild(root, 'signers'), 'signer').map(readPortalSigner),
    sender: { organizationNumber: requireToken(requireChild(root, 'sender'), 'organization-number') },
    title: requireChild(texts, 'title').text,
    ...present({
      nonsensitiveTitle: findText(texts, 'nonsensitive-title'),
      description: findText(texts, 'description'),
    }),
    documents: documents.map(readDocument),
    ...present({
      requiredAuthentication: level === undefined ? undefined : authenticationLevel(level),
      availability: availability === undefined ? undefined : readAvailability(availability),
      identifierInSignedDocuments: findOneOf(
        root,
        'identifier-in-signed-documents',
        IDENTIFIERS_IN_SIGNED_DOCUMENTS,
      ),
    }),
  };
}

function authenticationLevel(level: '3' | '4'): AuthenticationLevel {
  return level === '3' ? 3 : 4;
}

function readDocument(document: XmlElement): ManifestDocument {
  return {
    href: requireAttribute(document, 'href'),
    mime: requireAttribute(document, 'mime'),
    title: requireChild(document, 'title').text,
  };
}

function readAvailability(availability: XmlElement): Availability {
  const seconds = findToken(availability, 'available-seconds');
  if (seconds !== undefined && !/^[+-]?[0-9]{1,40}$/u.test(seconds)) {
    throw new UnreadableXmlError('available-seconds is no whole number');
  }
  return present({
    activationTime: findToken(availability, 'activation-time'),
    availableSeconds: seconds === undefined ? undefined : Number(seconds),
  });
}
