import { createHash, type X509Certificate } from 'node:crypto';
import { issuerNameOf } from './distinguished-name.js';
import { C14N, NS, RSA_SHA256, SHA1, SHA256, SIGNED_PROPERTIES_TYPE } from './xml-names.js';

/** A file that a signature covers. */
export interface FileReference {
  /** An XML name, such as `ID_0`. */
  readonly id: string;
  /** The file's name in the container. It must not begin with `#`, which would refer to the signature file itself. */
  readonly uri: string;
  /** SHA-256 of the file's bytes, base64. */
  readonly sha256: string;
  /** Such as `application/pdf`. */
  readonly mediaType: string;
}

/** Text of an element that is digested: as it stands in the file, and in canonical form. */
export interface DigestedElement {
  readonly inFile: string;
  readonly canonical: string;
}

/** Content of a signature file. */
export interface XadesContent {
  /** From the signer's certificate up to the root. */
  readonly chain: readonly X509Certificate[];
  readonly signedInfo: DigestedElement;
  /** Base64. */
  readonly signatureValue: string;
  readonly signedProperties: DigestedElement;
}

/** What every signature of a certificate says of it. */
interface CertificateTexts {
  readonly base64: string;
  /** XML text. */
  readonly issuerName: string;
  readonly serialNumber: string;
  /**
   * Base64. SHA-1, as in every client in use. It is not security-relevant: the signature protects the properties.
   */
  readonly sha1: string;
}

// Reading a certificate takes longer than the signature.
const TEXTS = new WeakMap<X509Certificate, CertificateTexts>();

/** Writes the file, without white space between elements: it must not change after signing. */
export function writeXades({ chain, signedInfo, signatureValue, signedProperties }: XadesContent): string {
  const certificates = chain.map((each) => element('X509Certificate', {}, textsOf(each).base64));
  const qualifying = element(
    'QualifyingProperties',
    { xmlns: NS.xades, Target: '#Signature' },
    signedProperties.inFile,
  );
  const signature = element(
    'Signature',
    { xmlns: NS.ds, Id: 'Signature' },
    signedInfo.inFile,
    element('SignatureValue', {}, signatureValue),
    element('KeyInfo', {}, element('X509Data', {}, ...certificates)),
    element('Object', {}, qualifying),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>${element('XAdESSignatures', { xmlns: NS.asic }, signature)}`;
}

/** The signed references: the files, and the signed properties by their digest, base64. */
export function writeSignedInfo(
  references: readonly FileReference[],
  signedPropertiesDigest: string,
): DigestedElement {
  return digestedElement(
    'SignedInfo',
    NS.ds,
    {},
    element('CanonicalizationMethod', { Algorithm: C14N }),
    element('SignatureMethod', { Algorithm: RSA_SHA256 }),
    ...references.map(({ id, uri, sha256 }) =>
      element('Reference', { Id: id, URI: uri }, digest({ algorithm: SHA256, value: sha256 })),
    ),
    element(
      'Reference',
      { Type: SIGNED_PROPERTIES_TYPE, URI: '#SignedProperties' },
      element('Transforms', {}, element('Transform', { Algorithm: C14N })),
      digest({ algorithm: SHA256, value: signedPropertiesDigest }),
    ),
  );
}

/** Who signed, when, and the media types of the files. */
export function writeSignedProperties(
  references: readonly FileReference[],
  { leaf, signingTime }: { readonly leaf: X509Certificate; readonly signingTime: Date },
): DigestedElement {
  const { sha1, issuerName, serialNumber } = textsOf(leaf);
  const ds = { xmlns: NS.ds };
  const issuerSerial = [
    element('X509IssuerName', ds, issuerName),
    element('X509SerialNumber', ds, serialNumber),
  ];
  return digestedElement(
    'SignedProperties',
    NS.xades,
    { Id: 'SignedProperties' },
    element(
      'SignedSignatureProperties',
      {},
      element('SigningTime', {}, signingTime.toISOString()),
      element(
        'SigningCertificate',
        {},
        element(
          'Cert',
          {},
          element('CertDigest', {}, digest({ algorithm: SHA1, value: sha1 }, ds)),
          element('IssuerSerial', {}, ...issuerSerial),
        ),
      ),
    ),
    element(
      'SignedDataObjectProperties',
      {},
      ...references.map(({ id, mediaType }) =>
        element(
          'DataObjectFormat',
          { ObjectReference: `#${id}` },
          element('MimeType', {}, textOf(mediaType)),
        ),
      ),
    ),
  );
}

function textsOf(certificate: X509Certificate): CertificateTexts {
  let texts = TEXTS.get(certificate);
  if (texts === undefined) {
    texts = {
      base64: certificate.raw.toString('base64'),
      issuerName: textOf(issuerNameOf(certificate)),
      serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(10),
      sha1: createHash('sha1').update(certificate.raw).digest('base64'),
    };
    TEXTS.set(certificate, texts);
  }
  return texts;
}

/**
 * In the file an element inherits the namespace of its parent. The inclusive canonical form of a part of a document
 * declares it. Spec: Canonical XML 1.0, 2.4.
 */
function digestedElement(
  name: string,
  namespace: string,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly string[]
): DigestedElement {
  return {
    inFile: element(name, attributes, ...content),
    canonical: element(name, { xmlns: namespace, ...attributes }, ...content),
  };
}

function digest(
  { algorithm, value }: { readonly algorithm: string; readonly value: string },
  namespace: Readonly<Record<string, string>> = {},
): string {
  return (
    element('DigestMethod', { ...namespace, Algorithm: algorithm }) + element('DigestValue', namespace, value)
  );
}

/**
 * An element in canonical form: with an end tag, also if it is empty. Its attributes must be given in canonical order:
 * `xmlns`, then the others by name. Spec: Canonical XML 1.0, 2.2 and 2.3.
 */
function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeValueOf(value)}"`);
  return `<${name}${written.join('')}>${content.join('')}</${name}>`;
}

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};
const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};

function attributeValueOf(value: string): string {
  return wellFormed(value).replaceAll(/[&<"\t\n\r]/gu, (character) => ATTRIBUTE_ESCAPES[character] ?? '');
}

function textOf(value: string): string {
  return wellFormed(value).replaceAll(/[&<>\r]/gu, (character) => TEXT_ESCAPES[character] ?? '');
}

/** @throws TypeError for characters that XML cannot contain. Spec: XML 1.0, 2.2 */
function wellFormed(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (!/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/u.test(value)) return value;
  throw new TypeError('A name or media type has a character that XML cannot contain.');
}
