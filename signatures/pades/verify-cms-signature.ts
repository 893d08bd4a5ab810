import { createHash, X509Certificate } from 'node:crypto';
import { Constructed, Set as AsnSet, fromBER, OctetString, Sequence } from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { broken, SignatureDoubt, unknownAlgorithm, unknownForm } from '../signature-check.js';
import { fits, isSignatureOf } from '../signature-value.js';
import { digestOf, signatureAlgorithmOf } from './cms-algorithms.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const TIME_STAMP = '1.2.840.113549.1.9.16.1.4';
const TIME_STAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';
const MAX_CERTIFICATES = 32;
const MAX_SIGNERS = 8;

/** A signer whose CMS signature is valid. */
export interface CmsSigner {
  readonly signingCertificate: X509Certificate;
  /** All certificates in the signature. */
  readonly certificates: readonly X509Certificate[];
}

/** Claims of a CMS signature, before verification. */
export interface CmsFacts {
  readonly form: 'CMS' | 'TIME_STAMP' | 'UNKNOWN';
  /** Object identifiers of the signature algorithms. */
  readonly algorithms: readonly string[];
  /** Whether a signer's unsigned attributes hold a time stamp. */
  readonly hasTimeStamps: boolean;
}

/** A CMS signature that is read and not verified. */
export interface CmsSignature {
  readonly signedData: SignedData;
  /** Each certificate in it, with its bytes. */
  readonly certificates: readonly CmsCertificate[];
}

interface CmsCertificate {
  readonly parsed: Certificate;
  readonly raw: Uint8Array;
}

/** The claims of a signature. */
export function cmsFactsOf({ signedData }: CmsSignature): CmsFacts {
  const isTimeStamp = signedData.encapContentInfo.eContentType === TIME_STAMP;
  return {
    form: isTimeStamp ? 'TIME_STAMP' : 'CMS',
    algorithms: signedData.signerInfos.map(({ signatureAlgorithm }) => signatureAlgorithm.algorithmId),
    hasTimeStamps: signedData.signerInfos.some(({ unsignedAttrs }) =>
      unsignedAttrs?.attributes.some(({ type }) => type === TIME_STAMP_TOKEN),
    ),
  };
}

/**
 * Verifies a detached CMS signature: the digest of the content and the value of each signer. Does not examine trust
 * in the signers. Spec: RFC 5652, 5.4 and 5.6.
 * @throws SignatureDoubt
 */
export function verifyCmsSignature(cms: CmsSignature, content: readonly Uint8Array[]): readonly CmsSigner[] {
  const { signedData } = cms;
  const { eContent, eContentType } = signedData.encapContentInfo;
  if (eContentType === TIME_STAMP) {
    throw new SignatureDoubt('TIME_STAMP', 'It holds a time stamp, which is not checked here.');
  }
  if (eContent !== undefined || signedData.signerInfos.length === 0) {
    throw unknownForm('The signature has a form that is not known here.');
  }
  if (signedData.signerInfos.length > MAX_SIGNERS) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The signature has too many signers.');
  }
  return signedData.signerInfos.map((signer) => verifySigner(signer, cms, content));
}

/** Reads a signature. @throws SignatureDoubt; any other error if it is not ASN.1 */
export function readCms(cms: Buffer): CmsSignature {
  const { result } = fromBER(cms);
  const file = new ContentInfo({ schema: result });
  if (file.contentType !== SIGNED_DATA) throw unknownForm('The signature has a form that is not known here.');
  const signedData = new SignedData({ schema: file.content });
  const bytes = certificateBytesIn(file.content);
  const certificates = (signedData.certificates ?? []).flatMap((parsed, index) => {
    const raw = bytes[index];
    return parsed instanceof Certificate && raw !== undefined ? [{ parsed, raw }] : [];
  });
  return { signedData, certificates };
}

/** The bytes of each certificate as they stand in the signature. Spec: RFC 5652, 5.1: `certificates [0] IMPLICIT`. */
function certificateBytesIn(signedData: unknown): readonly Uint8Array[] {
  if (!(signedData instanceof Sequence)) return [];
  const set = signedData.valueBlock.value.find(
    (part) => part instanceof Constructed && part.idBlock.tagClass === 3 && part.idBlock.tagNumber === 0,
  );
  return set instanceof Constructed
    ? set.valueBlock.value.map(({ valueBeforeDecodeView }) => valueBeforeDecodeView)
    : [];
}

function verifySigner(signer: SignerInfo, cms: CmsSignature, content: readonly Uint8Array[]): CmsSigner {
  const digest = digestOf(signer.digestAlgorithm);
  const algorithm = signatureAlgorithmOf(signer.signatureAlgorithm, signer.digestAlgorithm);
  if (digest === undefined || algorithm === undefined) throw unknownAlgorithm();
  const { signedAttrs } = signer;
  if (signedAttrs !== undefined) {
    const hash = createHash(digest);
    for (const part of content) hash.update(part);
    const stated = signedAttrs.attributes.find(({ type }) => type === MESSAGE_DIGEST)?.values[0] as unknown;
    if (!(stated instanceof OctetString)) throw unknownForm('The signature states no digest.');
    if (!hash.digest().equals(Buffer.from(stated.valueBlock.valueHexView))) {
      throw broken('The digest in the signature is not that of the document.');
    }
  }
  const signedForms =
    signedAttrs === undefined
      ? [Buffer.concat(content)]
      : formsOfAttributes(asSet(Buffer.from(signedAttrs.encodedValue)));
  const certificates = certificatesIn(cms);
  const candidates = certificates
    .filter((_, index) => isCandidate(signer, cms.certificates[index]))
    .filter(({ publicKey }) => fits(algorithm, publicKey));
  const value = signer.signature.valueBlock.valueHexView;
  const signingCertificate = candidates.find(({ publicKey }) =>
    signedForms.some((data) => isSignatureOf({ algorithm, publicKey, data, value, ecdsaEncoding: 'der' })),
  );
  if (signingCertificate !== undefined) return { signingCertificate, certificates };
  // A failure proves damage only if the signer's certificate is identified and present.
  throw candidates.length > 0 && signer.sid instanceof IssuerAndSerialNumber
    ? broken('The signature value does not fit what is signed.')
    : unknownForm('The signature brings no certificate that could prove it.');
}

/**
 * Candidate encodings of signed attributes: DER, which sorts the attributes by their encodings. Some writers sign
 * them in file order instead. Spec: RFC 5652, 5.4; X.690, 11.6.
 */
function formsOfAttributes(set: Buffer): readonly Buffer[] {
  const { result } = fromBER(set);
  if (!(result instanceof AsnSet)) return [set];
  const attributes = result.valueBlock.value.map(({ valueBeforeDecodeView }) =>
    Buffer.from(valueBeforeDecodeView),
  );
  const size = attributes.reduce((sum, { length }) => sum + length, 0);
  const sorted = attributes.sort((one, other) => Buffer.compare(one, other));
  return [set, Buffer.concat([set.subarray(0, set.length - size), ...sorted])];
}

// A signer identified by key identifier is found by trying the few certificates.
function isCandidate({ sid }: SignerInfo, certificate: CmsCertificate | undefined): boolean {
  if (!(sid instanceof IssuerAndSerialNumber)) return true;
  if (certificate === undefined) return false;
  const { issuer, serialNumber } = certificate.parsed;
  return sid.issuer.isEqual(issuer) && sid.serialNumber.isEqual(serialNumber);
}

function certificatesIn({ certificates }: CmsSignature): readonly X509Certificate[] {
  if (certificates.length > MAX_CERTIFICATES) {
    throw new SignatureDoubt('TOO_MANY_PARTS', 'The signature brings too many certificates.');
  }
  return certificates.map(({ raw }) => new X509Certificate(raw));
}

/**
 * Signed attributes as signed: with the tag of a SET instead of their tag in the file.
 * Spec: RFC 5652, 5.4.
 */
function asSet(signedAttributes: Uint8Array): Buffer {
  const set = Buffer.from(signedAttributes);
  set[0] = 0x31;
  return set;
}
