import { createHash, sign } from 'node:crypto';
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm';
import type { SigningKey } from '@signering/signatures';

export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const NS = { ds: 'http://www.w3.org/2000/09/xmldsig#' };

/** One reference of a signature. */
export interface MadeReference {
  readonly uri: string;
  readonly type?: string;
  readonly isEnveloped?: boolean;
  /** Base64 digest of content outside the file. */
  readonly sha256?: string;
}

/** A signature to create inside a document. */
export interface MadeSignature {
  readonly id: string;
  readonly references: readonly MadeReference[];
  readonly canonicalization: string;
  readonly key: SigningKey;
  /** XML after KeyInfo. */
  readonly objects?: string;
}

/** A signature whose digests and value are still empty. */
export function unsignedSignature({
  id,
  references,
  canonicalization,
  key,
  objects = '',
}: MadeSignature): string {
  const method = key.privateKey.asymmetricKeyType === 'ec' ? 'ecdsa-sha256' : 'rsa-sha256';
  const written = references.map(({ uri, type, isEnveloped, sha256 }) => {
    const enveloped = isEnveloped === true ? `<ds:Transform Algorithm="${ENVELOPED}"/>` : '';
    const transforms =
      sha256 === undefined
        ? `<ds:Transforms>${enveloped}<ds:Transform Algorithm="${canonicalization}"/></ds:Transforms>`
        : '';
    return (
      `<ds:Reference URI="${uri}"${type === undefined ? '' : ` Type="${type}"`}>${transforms}` +
      `<ds:DigestMethod Algorithm="${SHA256}"/><ds:DigestValue>${sha256 ?? ''}</ds:DigestValue></ds:Reference>`
    );
  });
  return (
    `<ds:Signature xmlns:ds="${NS.ds}" Id="${id}"><ds:SignedInfo>` +
    `<ds:CanonicalizationMethod Algorithm="${canonicalization}"/>` +
    `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${method}"/>` +
    `${written.join('')}</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${key.chain[0]!.raw.toString('base64')}</ds:X509Certificate>` +
    `</ds:X509Data></ds:KeyInfo>${objects}</ds:Signature>`
  );
}

/** The signed properties of a XAdES, to be covered as `#properties-ID`. */
export function signedProperties({ id, key }: Pick<MadeSignature, 'id' | 'key'>): string {
  const digest = createHash('sha256').update(key.chain[0]!.raw).digest('base64');
  return (
    `<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#${id}">` +
    `<xades:SignedProperties Id="properties-${id}"><xades:SignedSignatureProperties>` +
    `<xades:SigningTime>2026-03-01T12:00:00Z</xades:SigningTime><xades:SigningCertificate><xades:Cert>` +
    `<xades:CertDigest><ds:DigestMethod Algorithm="${SHA256}"/><ds:DigestValue>${digest}</ds:DigestValue>` +
    `</xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties>` +
    `</xades:SignedProperties></xades:QualifyingProperties></ds:Object>`
  );
}

/** The reference to {@link signedProperties}. */
export function propertiesReference(id: string): MadeReference {
  return { uri: `#properties-${id}`, type: 'http://uri.etsi.org/01903#SignedProperties' };
}

/** Fills in the digests and the value of one signature inside a document. */
export function signInPlace(xml: string, { id, references, canonicalization, key }: MadeSignature): string {
  let signed = xml;
  for (const [index, { uri, isEnveloped, sha256 }] of references.entries()) {
    if (sha256 !== undefined) continue;
    const digest = withDocument(signed, (document) => {
      const target =
        uri === '' ? document.root : find(document, `//*[@Id="${uri.slice(1)}" or @ID="${uri.slice(1)}"]`);
      if (isEnveloped === true) find(document, `//ds:Signature[@Id="${id}"]`).remove();
      return createHash('sha256').update(canonical(target, canonicalization)).digest('base64');
    });
    signed = withDocument(signed, (document) => {
      setText(
        document,
        `//ds:Signature[@Id="${id}"]/ds:SignedInfo/ds:Reference[${index + 1}]/ds:DigestValue`,
        digest,
      );
      return document.toString({ format: false });
    });
  }
  return withDocument(signed, (document) => {
    const data = canonical(find(document, `//ds:Signature[@Id="${id}"]/ds:SignedInfo`), canonicalization);
    const value = sign('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    setText(document, `//ds:Signature[@Id="${id}"]/ds:SignatureValue`, value.toString('base64'));
    return document.toString({ format: false });
  });
}

function canonical(element: XmlElement, method: string): Buffer {
  const mode = method === EXCLUSIVE ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 : XmlC14NMode.XML_C14N_1_0;
  return Buffer.from(element.canonicalizeToString({ mode }), 'utf8');
}

function setText(document: XmlDocument, path: string, text: string): void {
  find(document, path).addText(text);
}

function find(document: XmlDocument, path: string): XmlElement {
  const found = document.get(path, NS);
  if (!(found instanceof XmlElement)) throw new Error(`Cannot find ${path}.`);
  return found;
}

function withDocument<T>(xml: string, use: (document: XmlDocument) => T): T {
  const document = XmlDocument.fromString(xml);
  try {
    return use(document);
  } finally {
    document.dispose();
  }
}
