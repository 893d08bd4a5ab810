import {
  IDENTIFIERS_IN_SIGNED_DOCUMENTS,
  type AuthenticationLevel,
  type IdentifierInSignedDocuments,
  type ManifestDocument,
} from '../manifest-values.js';
import {
  findChild,
  findChildren,
  findOneOf,
  present,
  requireAttribute,
  requireChild,
  requireToken,
} from './element-content.js';
import type { XmlElement } from './xml-element.js';

/** The documents and texts of a manifest, in either form. */
export interface ManifestContent {
  /** The element with the job's title and description. */
  readonly texts: XmlElement;
  readonly documents: readonly ManifestDocument[];
}

/**
 * Reads both forms: in the older one a single document carries the job's texts.
 * @throws UNREADABLE_XML
 * Spec: portal-legacy.xsd, legacy-portal-document; direct-legacy.xsd, legacy-direct-document.
 */
export function readManifestContent(root: XmlElement): ManifestContent {
  const singleDocument = findChild(root, 'document');
  return singleDocument === undefined
    ? {
        texts: root,
        documents: findChildren(requireChild(root, 'documents'), 'document').map(readDocument),
      }
    : { texts: singleDocument, documents: [readDocument(singleDocument)] };
}

function readDocument(document: XmlElement): ManifestDocument {
  return {
    href: requireAttribute(document, 'href'),
    mime: requireAttribute(document, 'mime'),
    title: requireChild(document, 'title').text,
  };
}

/**
 * @throws UNREADABLE_XML
 * Spec: common.xsd, sender.
 */
export function readSender(root: XmlElement): { readonly organizationNumber: string } {
  return { organizationNumber: requireToken(requireChild(root, 'sender'), 'organization-number') };
}

/** @throws UNREADABLE_XML. Spec: common.xsd, authentication-level. */
export function findRequiredAuthentication(root: XmlElement): {
  readonly requiredAuthentication?: AuthenticationLevel;
} {
  const level = findOneOf(root, 'required-authentication', ['3', '4']);
  return level === undefined ? {} : { requiredAuthentication: level === '3' ? 3 : 4 };
}

/** @throws UNREADABLE_XML. Spec: common.xsd, identifier-in-signed-documents. */
export function findIdentifierInSignedDocuments(root: XmlElement): {
  readonly identifierInSignedDocuments?: IdentifierInSignedDocuments;
} {
  return present({
    identifierInSignedDocuments: findOneOf(
      root,
      'identifier-in-signed-documents',
      IDENTIFIERS_IN_SIGNED_DOCUMENTS,
    ),
  });
}
