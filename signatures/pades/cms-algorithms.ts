import { AlgorithmIdentifier, RSASSAPSSParams } from 'pkijs';
import type { DigestName, SignatureAlgorithm } from '../signature-value.js';

const SHA256_OID = '2.16.840.1.101.3.4.2.1';
const SHA256_WITH_RSA_OID = '1.2.840.113549.1.1.11';

const DIGESTS: ReadonlyMap<string, SignatureAlgorithm['digest']> = new Map([
  [SHA256_OID, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);
const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

// Spec: RFC 8017, A.2.4; RFC 5758, 3.2.
const WITH_DIGEST: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  [SHA256_WITH_RSA_OID, { scheme: 'RSA_PKCS1', digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { scheme: 'RSA_PKCS1', digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { scheme: 'RSA_PKCS1', digest: 'sha512' }],
  ['1.2.840.10045.4.3.2', { scheme: 'ECDSA', digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { scheme: 'ECDSA', digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { scheme: 'ECDSA', digest: 'sha512' }],
]);

/** The digest of an algorithm identifier; undefined if unsupported. */
export function digestOf(algorithm: AlgorithmIdentifier): DigestName | undefined {
  return DIGESTS.get(algorithm.algorithmId);
}

/** The signature algorithm of a CMS signer; undefined if unsupported. Spec: RFC 5652, 5.3; RFC 4056. */
export function signatureAlgorithmOf(
  algorithm: AlgorithmIdentifier,
  digestAlgorithm: AlgorithmIdentifier,
): SignatureAlgorithm | undefined {
  const digest = DIGESTS.get(digestAlgorithm.algorithmId);
  switch (algorithm.algorithmId) {
    case RSA:
      return digest && { scheme: 'RSA_PKCS1', digest };
    case RSA_PSS:
      return pssOf(algorithm);
    default:
      return WITH_DIGEST.get(algorithm.algorithmId);
  }
}

function pssOf(algorithm: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  const parameters = new RSASSAPSSParams({ schema: algorithm.algorithmParams });
  const digest = DIGESTS.get(parameters.hashAlgorithm.algorithmId);
  const mask = parameters.maskGenAlgorithm;
  const maskDigest = new AlgorithmIdentifier({ schema: mask.algorithmParams }).algorithmId;
  // node:crypto uses the same digest for the mask as for the signature, as all known signers do.
  const known = mask.algorithmId === MGF1 && maskDigest === parameters.hashAlgorithm.algorithmId;
  return digest && known ? { scheme: 'RSA_PSS', digest, saltLength: parameters.saltLength } : undefined;
}
