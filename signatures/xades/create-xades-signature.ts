import { createHash, sign } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import type { SigningKey } from '../signing-key.js';
import { canonicalForm, elementAt } from './canonical-form.js';
import { readSignedXml } from './parse-signed-xml.js';
import { writeXades, type FileReference } from './write-xades.js';

export interface XadesSignatureOptions {
  /** The signed files, in this order. */
  readonly references: readonly FileReference[];
  /** The signer: an organisation's certificate, or another key with its chain. */
  readonly certificate: SigningKey;
  readonly signingTime: Date;
}

/**
 * Signs files by their digests: a XAdES baseline-B signature for `META-INF/signatures.xml` of an ASiC container, with
 * RSA and SHA-256, C14N 1.0 and the whole chain.
 *
 * Spec: posten-api, the document package; ETSI TS 101 903; ETSI TS 102 918.
 */
export function createXadesSignature({
  references,
  certificate,
  signingTime,
}: XadesSignatureOptions): string {
  const [leaf] = certificate.chain;
  if (leaf === undefined) throw new TypeError('certificate.chain is empty: the key has no certificate.');
  const content = { references, chain: certificate.chain, leaf, signingTime };

  // Inclusive canonical XML includes every namespace of the ancestors, so digest and signature are computed in the
  // complete file, and then the values are filled in.
  const withoutDigest = writeXades({ ...content, signedPropertiesDigest: '', signatureValue: '' });
  const signedPropertiesDigest = createHash('sha256')
    .update(canonicalBytes(withoutDigest, '//xades:SignedProperties'))
    .digest('base64');
  const withoutValue = writeXades({ ...content, signedPropertiesDigest, signatureValue: '' });
  const signedInfo = canonicalBytes(withoutValue, '//ds:SignedInfo');
  const signatureValue = sign('sha256', signedInfo, certificate.privateKey).toString('base64');
  return writeXades({ ...content, signedPropertiesDigest, signatureValue });
}

function canonicalBytes(xml: string, path: string): Buffer {
  return readSignedXml(Buffer.from(xml, 'utf8'), (root) => canonicalForm(existing(elementAt(root, path))));
}

function existing(element: XmlElement | undefined): XmlElement {
  if (element === undefined) throw new TypeError('The written signature lacks an expected element.');
  return element;
}
