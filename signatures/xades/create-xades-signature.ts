import { createHash, sign } from 'node:crypto';
import type { SigningKey } from '../signing-key.js';
import { writeSignedInfo, writeSignedProperties, writeXades, type FileReference } from './write-xades.js';

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
  // Canonical XML, which is what digest and signature are made of, is written directly: libxml2 need not read the file.
  const signedProperties = writeSignedProperties(references, { leaf, signingTime });
  const digest = createHash('sha256').update(signedProperties.canonical).digest('base64');
  const signedInfo = writeSignedInfo(references, digest);
  const signature = sign('sha256', Buffer.from(signedInfo.canonical, 'utf8'), certificate.privateKey);
  return writeXades({
    chain: certificate.chain,
    signedInfo,
    signatureValue: signature.toString('base64'),
    signedProperties,
  });
}
