import { constants, verify, type KeyObject } from 'node:crypto';

/** Digest names of node:crypto. */
export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Algorithm of a signature value, independent of the signature standard. */
export interface SignatureAlgorithm {
  readonly scheme: 'RSA_PKCS1' | 'RSA_PSS' | 'ECDSA';
  readonly digest: Exclude<DigestName, 'sha1'>;
  /** PSS only, in bytes. */
  readonly saltLength?: number;
}

/** A signature value with the data and key to verify it. */
export interface SignatureValue {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: KeyObject;
  readonly data: Uint8Array;
  readonly value: Uint8Array;
  /** Encoding of an ECDSA value: XML-DSig concatenates the two numbers, CMS uses an ASN.1 sequence. */
  readonly ecdsaEncoding: 'ieee-p1363' | 'der';
}

/** Whether a key is of the type that an algorithm requires. */
export function fits(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  switch (algorithm.scheme) {
    case 'RSA_PKCS1':
      return type === 'rsa';
    case 'RSA_PSS':
      return type === 'rsa' || type === 'rsa-pss';
    case 'ECDSA':
      return type === 'ec';
  }
}

/** Whether the value is this key's signature over the data. */
export function isSignatureOf({ algorithm, publicKey, data, value, ecdsaEncoding }: SignatureValue): boolean {
  const { digest, saltLength } = algorithm;
  switch (algorithm.scheme) {
    case 'RSA_PKCS1':
      return verify(digest, data, publicKey, value);
    case 'RSA_PSS':
      return verify(
        digest,
        data,
        {
          key: publicKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST,
        },
        value,
      );
    case 'ECDSA':
      return verify(digest, data, { key: publicKey, dsaEncoding: ecdsaEncoding }, value);
  }
}
