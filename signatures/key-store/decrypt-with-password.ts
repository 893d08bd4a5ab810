import { createDecipheriv, getCipherInfo } from 'node:crypto';
import { createRequire } from 'node:module';
import type Forge from 'node-forge';
import { cipherOf, digestOf, unreadable } from './algorithms.js';
import { integerOf, membersOf, octetsOf, oidOf, readElement, type Asn1Element } from './asn1-elements.js';
import { KeyStoreProblem } from './key-store-problem.js';
import { PKCS12_PURPOSE, type KeyDerivation } from './key-derivation.js';
import type { PasswordForm } from './password-form.js';

const PBES2 = '1.2.840.113549.1.5.13';
const SHA1 = '1.3.14.3.2.26';

/** Ciphers of PKCS#12's own password-based encryption. Spec: RFC 7292, C. */
const PKCS12_CIPHERS: ReadonlyMap<string, { readonly cipher: string; readonly keyBytes: number }> = new Map([
  ['1.2.840.113549.1.12.1.3', { cipher: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { cipher: 'des-ede-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.5', { cipher: 'rc2-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { cipher: 'rc2-cbc', keyBytes: 5 }],
]);

/** Data encrypted with a password. */
export interface Encrypted {
  /** An AlgorithmIdentifier. */
  readonly algorithm: Asn1Element | undefined;
  readonly ciphertext: Buffer;
}

/**
 * Decrypts an ASN.1 sequence with the first matching form of the password.
 *
 * @returns undefined if none matches
 * @throws KeyStoreProblem naming an unsupported algorithm, or for too much key derivation
 */
export function decryptWithPassword(
  { algorithm, ciphertext }: Encrypted,
  forms: readonly PasswordForm[],
  derivation: KeyDerivation,
): Buffer | undefined {
  for (const form of forms) {
    const decipher = decipherFor(algorithm, form, derivation);
    try {
      const plain = decipher(ciphertext);
      // One wrong key in 256 produces bytes that look like padding.
      if (plain[0] === 0x30 && readElement(plain).blockLength === plain.length) return plain;
    } catch {
      // Wrong padding: try the next form.
    }
  }
  return undefined;
}

type Decipher = (ciphertext: Buffer) => Buffer;

function decipherFor(
  algorithm: Asn1Element | undefined,
  password: PasswordForm,
  derivation: KeyDerivation,
): Decipher {
  const [oid, parameters] = membersOf(algorithm);
  const [first, second] = membersOf(parameters);
  if (oidOf(oid) === PBES2) {
    const [cipherOid, iv] = membersOf(second);
    const cipher = cipherOf(oidOf(cipherOid));
    const key = derivation.named(first, password, getCipherInfo(cipher)?.keyLength ?? 0);
    return checkedDecipher(cipher, key, octetsOf(iv));
  }
  const own = PKCS12_CIPHERS.get(oidOf(oid));
  if (own === undefined) return unreadable(oidOf(oid), 'it is encrypted with');
  const common = { password, salt: octetsOf(first), rounds: integerOf(second), digest: digestOf(SHA1) };
  const key = derivation.pkcs12({ ...common, purpose: PKCS12_PURPOSE.key, bytes: own.keyBytes });
  const iv = derivation.pkcs12({ ...common, purpose: PKCS12_PURPOSE.iv, bytes: 8 });
  return own.cipher === 'rc2-cbc' ? rc2Decipher(key, iv) : checkedDecipher(own.cipher, key, iv);
}

function checkedDecipher(cipher: string, key: Buffer, iv: Buffer): Decipher {
  const { keyLength, ivLength } = getCipherInfo(cipher) ?? {};
  if (key.length !== keyLength || iv.length !== ivLength) {
    throw new KeyStoreProblem(`its parameters are invalid for the cipher ${cipher}; export the file again`);
  }
  return (ciphertext) => {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  };
}

/**
 * Node no longer supports RC2, but older programs still export certificates with it. node-forge is imported here
 * only, because loading it takes longer than reading a key store.
 */
function rc2Decipher(key: Buffer, iv: Buffer): Decipher {
  const forge = createRequire(import.meta.url)('node-forge') as typeof Forge;
  return (ciphertext) => {
    const decipher = forge.rc2.createDecryptionCipher(
      forge.util.createBuffer(key.toString('latin1')),
      key.length * 8,
    );
    decipher.start(iv.toString('latin1'));
    decipher.update(forge.util.createBuffer(ciphertext.toString('latin1')));
    if (!decipher.finish()) throw new Error('wrong padding');
    return Buffer.from(decipher.output.getBytes(), 'latin1');
  };
}
