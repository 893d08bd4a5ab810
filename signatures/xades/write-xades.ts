import { createHash, type X509Certificate } from 'node:crypto';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { issuerNameOf } from './distinguished-name.js';
import { C14N, NS, RSA_SHA256, SHA1, SHA256, SIGNED_PROPERTIES_TYPE } from './xml-names.js';

/** A file that a signature covers. */
export interface FileReference {
  /** An XML name, such as `ID_0`. */
  readonly id: string;
  /** The file's name in the container. */
  readonly uri: string;
  /** SHA-256 of the file's bytes, base64. */
  readonly sha256: string;
  /** Such as `application/pdf`. */
  readonly mediaType: string;
}

/** Content of a signature file. */
export interface XadesContent {
  readonly references: readonly FileReference[];
  /** From the signer's certificate up to the root. */
  readonly chain: readonly X509Certificate[];
  readonly leaf: X509Certificate;
  readonly signingTime: Date;
  /** Base64. */
  readonly signedPropertiesDigest: string;
  /** Base64. */
  readonly signatureValue: string;
}

/** Writes the file, without white space between elements: it must not change after signing. */
export function writeXades(content: XadesContent): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const signature = document.ele(NS.asic, 'XAdESSignatures').ele(NS.ds, 'Signature', { Id: 'Signature' });
  writeSignedInfo(signature, content);
  signature.ele(NS.ds, 'SignatureValue').txt(content.signatureValue);
  const x509Data = signature.ele(NS.ds, 'KeyInfo').ele(NS.ds, 'X509Data');
  for (const certificate of content.chain) {
    x509Data.ele(NS.ds, 'X509Certificate').txt(certificate.raw.toString('base64'));
  }
  writeProperties(signature.ele(NS.ds, 'Object'), content);
  return document.end();
}

function writeSignedInfo(signature: XMLBuilder, { references, signedPropertiesDigest }: XadesContent): void {
  const signedInfo = signature.ele(NS.ds, 'SignedInfo');
  signedInfo.ele(NS.ds, 'CanonicalizationMethod', { Algorithm: C14N });
  signedInfo.ele(NS.ds, 'SignatureMethod', { Algorithm: RSA_SHA256 });
  for (const { id, uri, sha256 } of references) {
    const reference = signedInfo.ele(NS.ds, 'Reference', { Id: id, URI: uri });
    writeDigest(reference, { algorithm: SHA256, value: sha256 });
  }
  const reference = signedInfo.ele(NS.ds, 'Reference', {
    Type: SIGNED_PROPERTIES_TYPE,
    URI: '#SignedProperties',
  });
  reference.ele(NS.ds, 'Transforms').ele(NS.ds, 'Transform', { Algorithm: C14N });
  writeDigest(reference, { algorithm: SHA256, value: signedPropertiesDigest });
}

function writeProperties(object: XMLBuilder, { leaf, signingTime, references }: XadesContent): void {
  const properties = object
    .ele(NS.xades, 'QualifyingProperties', { Target: '#Signature' })
    .ele(NS.xades, 'SignedProperties', { Id: 'SignedProperties' });

  const ofSignature = properties.ele(NS.xades, 'SignedSignatureProperties');
  ofSignature.ele(NS.xades, 'SigningTime').txt(signingTime.toISOString());
  const certificate = ofSignature.ele(NS.xades, 'SigningCertificate').ele(NS.xades, 'Cert');
  // The certificate digest uses SHA-1, as in every client in use. It is not security-relevant: the signature protects
  // it.
  const sha1 = createHash('sha1').update(leaf.raw).digest('base64');
  writeDigest(certificate.ele(NS.xades, 'CertDigest'), { algorithm: SHA1, value: sha1 });
  const issuerSerial = certificate.ele(NS.xades, 'IssuerSerial');
  issuerSerial.ele(NS.ds, 'X509IssuerName').txt(issuerNameOf(leaf));
  issuerSerial.ele(NS.ds, 'X509SerialNumber').txt(BigInt(`0x${leaf.serialNumber}`).toString(10));

  const ofData = properties.ele(NS.xades, 'SignedDataObjectProperties');
  for (const { id, mediaType } of references) {
    const format = ofData.ele(NS.xades, 'DataObjectFormat', { ObjectReference: `#${id}` });
    format.ele(NS.xades, 'MimeType').txt(mediaType);
  }
}

function writeDigest(
  parent: XMLBuilder,
  digest: { readonly algorithm: string; readonly value: string },
): void {
  parent.ele(NS.ds, 'DigestMethod', { Algorithm: digest.algorithm });
  parent.ele(NS.ds, 'DigestValue').txt(digest.value);
}
