import { XmlElement, type XmlAttribute } from 'libxml2-wasm';
import { readSignedXml } from '../xades/parse-signed-xml.js';
import { joinEqual, type Skeleton } from './skeleton.js';

const MAX_ELEMENTS = 2000;
/** Namespaces of standards: their element names contain no personal data. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#', 'ds'],
  ['http://www.w3.org/2009/xmldsig11#', 'dsig11'],
  ['http://uri.etsi.org/01903/v1.3.2#', 'xades'],
  ['http://uri.etsi.org/01903/v1.4.1#', 'xades141'],
  ['http://uri.etsi.org/2918/v1.2.1#', 'asic'],
  ['http://www.w3.org/2001/10/xml-exc-c14n#', 'ec'],
  ['http://www.w3.org/2001/04/xmlenc#', 'xenc'],
  ['urn:oasis:names:tc:SAML:1.0:assertion', 'saml1'],
  ['urn:oasis:names:tc:SAML:2.0:assertion', 'saml'],
  ['urn:oasis:names:tc:SAML:2.0:protocol', 'samlp'],
]);
/** URIs of algorithms, transforms and reference types in the standards. */
const STANDARD_URI =
  /^(?:http:\/\/www\.w3\.org\/(?:\d{4}\/\d{2}|TR\/\d{4})\/[a-zA-Z0-9.#/-]{1,60}|http:\/\/uri\.etsi\.org\/\d{4,6}[a-zA-Z0-9.#/]{0,60})$/u;

/**
 * The elements of an XML file with their algorithms and sizes: no text, and no attribute values except URIs of
 * standards. Elements outside standard namespaces appear by name, with digits masked.
 * @throws SignatureDoubt if the file cannot be read
 */
export function xmlSkeletonOf(xml: Uint8Array): Skeleton {
  return readSignedXml(xml, (root) => {
    const walk = { elementsLeft: MAX_ELEMENTS, otherNamespaces: [] };
    return skeletonOf(root, walk);
  });
}

interface Walk {
  elementsLeft: number;
  /** In order of first occurrence. */
  readonly otherNamespaces: string[];
}

function skeletonOf(element: XmlElement, walk: Walk): Skeleton {
  walk.elementsLeft -= 1;
  const children = childElementsOf(element, walk).map((child) => skeletonOf(child, walk));
  const isLeaf = children.length === 0;
  const bytes = isLeaf ? Buffer.byteLength(element.content.trim()) : 0;
  return {
    name: nameOf(element, walk),
    facts: [...element.attrs.map(attributeFact), ...(bytes > 0 ? [`${bytes} bytes of text`] : [])],
    children: joinEqual(children),
  };
}

function childElementsOf(element: XmlElement, walk: Walk): readonly XmlElement[] {
  const children: XmlElement[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (!(node instanceof XmlElement)) continue;
    if (children.length >= walk.elementsLeft) break;
    children.push(node);
  }
  return children;
}

function nameOf({ name, namespaceUri }: XmlElement, { otherNamespaces }: Walk): string {
  const prefix = PREFIXES.get(namespaceUri);
  if (prefix !== undefined) return `${prefix}:${plain(name)}`;
  if (namespaceUri === '') return plain(name);
  if (!otherNamespaces.includes(namespaceUri)) otherNamespaces.push(namespaceUri);
  return `other${otherNamespaces.indexOf(namespaceUri) + 1}:${plain(name)}`;
}

function attributeFact({ name, value }: XmlAttribute): string {
  if (STANDARD_URI.test(value)) return `${plain(name)}=${value}`;
  if (name === 'URI') {
    return `URI=(${value === '' ? 'the whole file' : value.startsWith('#') ? 'in this file' : 'another file'})`;
  }
  return `${plain(name)}=(${value.length} characters)`;
}

function plain(name: string): string {
  return /^[A-Za-z_.-][A-Za-z0-9_.-]{0,39}$/u.test(name) ? name.replaceAll(/\d{4,}/gu, '#') : '(long name)';
}
