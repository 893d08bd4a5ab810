import { KeyStoreProblem } from './key-store-problem.js';

/** A digest, with its name in node:crypto. */
export interface Digest {
  readonly name: string;
  /** In bytes. Spec: RFC 7292, B.2 (v). */
  readonly blockBytes: number;
}

const SHA2 = '2.16.840.1.101.3.4.2.';
const HMAC = '1.2.840.113549.2.';
const AES = '2.16.840.1.101.3.4.1.';
const CAMELLIA = '1.2.392.200011.61.1.1.1.';
const PKCS5 = '1.2.840.113549.1.5.';
const PKCS12 = '1.2.840.113549.1.12.1.';

const DIGESTS: ReadonlyMap<string, Digest> = new Map([
  ['1.2.840.113549.2.5', { name: 'md5', blockBytes: 64 }],
  ['1.3.14.3.2.26', { name: 'sha1', blockBytes: 64 }],
  [`${SHA2}4`, { name: 'sha224', blockBytes: 64 }],
  [`${SHA2}1`, { name: 'sha256', blockBytes: 64 }],
  [`${SHA2}2`, { name: 'sha384', blockBytes: 128 }],
  [`${SHA2}3`, { name: 'sha512', blockBytes: 128 }],
]);

/** Digests under HMAC, as PBKDF2 and PBMAC1 name them. Spec: RFC 8018, B.1. */
const HMAC_DIGESTS: ReadonlyMap<string, string> = new Map([
  [`${HMAC}7`, 'sha1'],
  [`${HMAC}8`, 'sha224'],
  [`${HMAC}9`, 'sha256'],
  [`${HMAC}10`, 'sha384'],
  [`${HMAC}11`, 'sha512'],
]);

/** Ciphers of PBES2, as node:crypto names them. */
const CIPHERS: ReadonlyMap<string, string> = new Map([
  [`${AES}2`, 'aes-128-cbc'],
  [`${AES}22`, 'aes-192-cbc'],
  [`${AES}42`, 'aes-256-cbc'],
  [`${CAMELLIA}2`, 'camellia-128-cbc'],
  [`${CAMELLIA}3`, 'camellia-192-cbc'],
  [`${CAMELLIA}4`, 'camellia-256-cbc'],
  ['1.2.840.113549.3.7', 'des-ede3-cbc'],
]);

/** Unsupported algorithms, with names for messages. */
const UNREADABLE: ReadonlyMap<string, string> = new Map([
  [`${PKCS5}1`, 'MD2 and DES (PBES1)'],
  [`${PKCS5}3`, 'MD5 and DES (PBES1)'],
  [`${PKCS5}4`, 'MD2 and RC2 (PBES1)'],
  [`${PKCS5}6`, 'MD5 and RC2 (PBES1)'],
  [`${PKCS5}10`, 'SHA-1 and DES (PBES1)'],
  [`${PKCS5}11`, 'SHA-1 and RC2 (PBES1)'],
  [`${PKCS12}1`, 'RC4 with 128 bits'],
  [`${PKCS12}2`, 'RC4 with 40 bits'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['1.2.840.113549.3.4', 'RC4'],
  [`${AES}6`, 'AES-128-GCM'],
  [`${AES}46`, 'AES-256-GCM'],
]);

/** @throws KeyStoreProblem naming an unsupported algorithm */
export function digestOf(oid: string): Digest {
  return DIGESTS.get(oid) ?? unreadable(oid, 'its integrity check uses');
}

/** @throws KeyStoreProblem naming an unsupported algorithm */
export function hmacDigestOf(oid: string): string {
  return HMAC_DIGESTS.get(oid) ?? unreadable(oid, 'its key derivation uses');
}

/** @throws KeyStoreProblem naming an unsupported algorithm */
export function cipherOf(oid: string): string {
  return CIPHERS.get(oid) ?? unreadable(oid, 'it is encrypted with');
}

/** @throws KeyStoreProblem naming the algorithm */
export function unreadable(oid: string, usage: string): never {
  const name = UNREADABLE.get(oid) ?? `the algorithm ${oid}`;
  throw new KeyStoreProblem(
    `${usage} ${name}, which is not supported; export it again with AES-256 and SHA-256`,
  );
}
