import { createHash, sign } from 'node:crypto';
import type { SigningKey } from '@signering/signatures';
import { Null, ObjectIdentifier, OctetString, Sequence, Set as AsnSet, type BaseBlock } from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';

const OID = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/**
 * A detached CMS signature for PAdES: RSA with SHA-256, the whole chain, and a signed attribute that identifies the
 * signing certificate. Without the signing time, which a PDF has in its signature dictionary.
 *
 * Spec: RFC 5652; ETSI EN 319 122-1, 5.2.2.3 (signing-certificate-v2); ETSI EN 319 142-1, 6.3.
 * @returns DER
 */
export function createCmsSignature(content: Uint8Array, { privateKey, chain }: SigningKey): Buffer {
  const certificates = chain.map(({ raw }) => Certificate.fromBER(raw));
  const [leaf] = certificates;
  const [leafDer] = chain;
  if (leaf === undefined || leafDer === undefined) {
    throw new TypeError('certificate.chain is empty: the key has no certificate.');
  }
  const sha256 = new AlgorithmIdentifier({ algorithmId: OID.sha256 });
  const attributes = inDerOrder([
    attribute(OID.contentType, new ObjectIdentifier({ value: OID.data })),
    attribute(OID.messageDigest, octets(digest(content))),
    attribute(OID.signingCertificateV2, signingCertificate(digest(leafDer.raw))),
  ]);
  // The signature covers them with the tag of a SET, which differs from the tag in the file. Spec: RFC 5652, 5.4.
  const signedBytes = new AsnSet({ value: attributes.map((one) => one.toSchema()) }).toBER();
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }),
    digestAlgorithm: sha256,
    signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithmId: OID.sha256WithRsa,
      algorithmParams: new Null(),
    }),
    signature: octets(sign('sha256', Buffer.from(signedBytes), privateKey)),
  });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [sha256],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
    certificates,
    signerInfos: [signerInfo],
  });
  const file = new ContentInfo({ contentType: OID.signedData, content: signedData.toSchema(true) });
  return Buffer.from(file.toSchema().toBER());
}

// Spec: X.690, 11.6: the elements of a set are sorted by their encodings.
function inDerOrder(attributes: readonly Attribute[]): Attribute[] {
  const encoded = (one: Attribute) => Buffer.from(one.toSchema().toBER());
  return [...attributes].sort((a, b) => Buffer.compare(encoded(a), encoded(b)));
}

// Spec: RFC 5035, 3: ESSCertIDv2, with SHA-256 as the default digest.
function signingCertificate(certificateDigest: Buffer): BaseBlock {
  const certificateId = new Sequence({ value: [octets(certificateDigest)] });
  return new Sequence({ value: [new Sequence({ value: [certificateId] })] });
}

function attribute(type: string, value: BaseBlock): Attribute {
  return new Attribute({ type, values: [value] });
}

function octets(bytes: Buffer): OctetString {
  return new OctetString({ valueHex: Uint8Array.from(bytes).buffer });
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
