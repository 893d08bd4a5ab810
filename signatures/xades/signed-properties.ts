import type { X509Certificate } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { broken, unknownForm } from '../signature-check.js';
import { elementAt, elementsAt } from './canonical-form.js';
import { namedCertificates } from './named-certificates.js';
import { SIGNED_PROPERTIES_TYPE } from './xml-names.js';
import { targetOf, type ElementsById, type XmlSignature } from './xml-signature.js';

/** Properties that XAdES adds to a signature. Spec: ETSI TS 101 903, 7.2. */
export interface SignedProperties {
  readonly signingTime?: Date;
  /** Media types by reference Id. */
  readonly mediaTypes: ReadonlyMap<string, string>;
}

/**
 * Reads only properties that the signature covers: they must be at the position that XAdES defines, be the target of
 * the reference, and identify the signing certificate.
 * @throws SignatureDoubt
 */
export function readSignedProperties(
  signature: XmlElement,
  { references, signingCertificate }: Pick<XmlSignature, 'references' | 'signingCertificate'>,
  elements: ElementsById,
): SignedProperties {
  const properties = elementsAt(signature, 'ds:Object/xades:QualifyingProperties/xades:SignedProperties');
  const pointers = references.filter(({ type }) => type === SIGNED_PROPERTIES_TYPE);
  const [element] = properties;
  const [pointer] = pointers;
  if (!element || !pointer || properties.length > 1 || pointers.length > 1) {
    throw unknownForm('The signature has no signed properties, or several.');
  }
  const target = targetOf(pointer, elements);
  if (target?.isSameNode(element) !== true) {
    throw unknownForm('The reference to the signed properties points to something else.');
  }
  compareCertificate(signature, signingCertificate);
  const time = elementAt(element, 'xades:SignedSignatureProperties/xades:SigningTime')?.content.trim();
  return {
    ...(time === undefined ? {} : { signingTime: parseTime(time) }),
    mediaTypes: readMediaTypes(element),
  };
}

function compareCertificate(signature: XmlElement, certificate: X509Certificate): void {
  const named = namedCertificates(signature);
  if (named.some(({ names }) => names(certificate))) return;
  if (named.length === 0 || named.some(({ isKnown }) => !isKnown)) {
    throw unknownForm('The signed properties name no certificate in a form known here.');
  }
  throw broken('The signed properties name another certificate than the one that signed.');
}

function readMediaTypes(properties: XmlElement): ReadonlyMap<string, string> {
  const formats = elementsAt(properties, 'xades:SignedDataObjectProperties/xades:DataObjectFormat');
  return new Map(
    formats.map((format) => [
      format.attr('ObjectReference')?.value.replace(/^#/, '') ?? '',
      elementAt(format, 'xades:MimeType')?.content.trim() ?? '',
    ]),
  );
}

function parseTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw unknownForm('The signing time is not a valid date.');
  return time;
}
