import { constants, verify, type KeyObject } from 'node:crypto';

/** Names of digests as node:crypto knows them. */
export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** How a signature value is made, whatever standard it stands in. */
export interface SignatureAlgorithm {
  readonly scheme: 'RSA_PKCS1' | 'RSA_PSS' | 'ECDSA';
  readonly digest: Exclude<DigestName, 'sha1'>;
  /** PSS only, in bytes. */
  readonly saltLength?: number;
}

/** One signature value, and what it should be a signature of. */
export interface SignatureValue {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: KeyObject;
  readonly data: Uint8Array;
  readonly value: Uint8Array;
  /** How an ECDSA value is written: XML-DSig joins the two numbers, CMS makes an ASN.1 sequence of them. */
  readonly ecdsaEncoding: 'ieee-p1363' | 'der';
}

/** Whether a key is of the kind that an algorithm asks for. */
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

/** Whether the value is this key's signature of the data. */
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
