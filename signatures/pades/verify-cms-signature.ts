import { createHash, X509Certificate } from 'node:crypto';
import { fromBER, OctetString } from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { broken, SignatureDoubt, unknownAlgorithm, unknownForm } from '../signature-check.js';
import { fits, isSignatureOf } from '../signature-value.js';
import { digestOf, signatureAlgorithmOf } from './cms-algorithms.js';
import { asSet } from './create-cms-signature.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const TIME_STAMP = '1.2.840.113549.1.9.16.1.4';

/**
 * Proves a detached CMS signature of some bytes: the digest of what was signed, and the value of each signer.
 * Whether the signers are to be trusted is not asked. Spec: RFC 5652, 5.4 and 5.6.
 * @throws SignatureDoubt
 */
export function verifyCmsSignature(cms: Buffer, content: readonly Uint8Array[]): void {
  const { result } = fromBER(cms);
  const file = new ContentInfo({ schema: result });
  if (file.contentType !== SIGNED_DATA) throw unknownForm('The signature has a form that is not known here.');
  const signedData = new SignedData({ schema: file.content });
  const { eContent, eContentType } = signedData.encapContentInfo;
  if (eContentType === TIME_STAMP) {
    throw new SignatureDoubt('TIME_STAMP', 'It holds a time stamp, which is not checked here.');
  }
  if (eContent !== undefined || signedData.signerInfos.length === 0) {
    throw unknownForm('The signature has a form that is not known here.');
  }
  for (const signer of signedData.signerInfos) verifySigner(signer, signedData, content);
}

function verifySigner(signer: SignerInfo, signedData: SignedData, content: readonly Uint8Array[]): void {
  const digest = digestOf(signer.digestAlgorithm);
  const algorithm = signatureAlgorithmOf(signer.signatureAlgorithm, signer.digestAlgorithm);
  if (digest === undefined || algorithm === undefined) {
    throw unknownAlgorithm();
  }
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
  const data =
    signedAttrs === undefined ? Buffer.concat(content) : asSet(Buffer.from(signedAttrs.encodedValue));
  const candidates = certificatesOf(signer, signedData).filter(({ publicKey }) => fits(algorithm, publicKey));
  const value = signer.signature.valueBlock.valueHexView;
  if (
    candidates.some(({ publicKey }) =>
      isSignatureOf({ algorithm, publicKey, data, value, ecdsaEncoding: 'der' }),
    )
  ) {
    return;
  }
  // Only where the signer's certificate is named and here does a failure prove anything.
  throw candidates.length > 0 && signer.sid instanceof IssuerAndSerialNumber
    ? broken('The signature value does not fit what is signed.')
    : unknownForm('The signature brings no certificate that could prove it.');
}

// A signer named by a key identifier is found by trying: there are few certificates, and one fits.
function certificatesOf({ sid }: SignerInfo, { certificates = [] }: SignedData): readonly X509Certificate[] {
  return certificates
    .filter((certificate) => certificate instanceof Certificate)
    .filter(
      ({ issuer, serialNumber }) =>
        !(sid instanceof IssuerAndSerialNumber) ||
        (sid.issuer.isEqual(issuer) && sid.serialNumber.isEqual(serialNumber)),
    )
    .map((certificate) => new X509Certificate(Buffer.from(certificate.toSchema(false).toBER())));
}
