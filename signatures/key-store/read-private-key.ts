import { createPrivateKey, type KeyObject } from 'node:crypto';
import { membersOf, octetsOf, readElement } from './asn1-elements.js';
import { decryptWithPassword, type Encrypted } from './decrypt-with-password.js';
import type { KeyDerivation } from './key-derivation.js';
import { KeyStoreProblem } from './key-store-problem.js';
import type { PasswordForm } from './password-form.js';

/** @throws KeyStoreProblem */
export function readPkcs8(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw new KeyStoreProblem(
      'it contains a private key that is damaged or of an unknown kind; export the file again',
    );
  }
}

/** Splits an EncryptedPrivateKeyInfo. Spec: RFC 5958, 3. @throws KeyStoreProblem */
export function encryptedKeyOf(der: Buffer): Encrypted {
  const [algorithm, ciphertext] = membersOf(readElement(der));
  return { algorithm, ciphertext: octetsOf(ciphertext) };
}

/** @returns undefined if no form of the password matches @throws KeyStoreProblem */
export function readEncryptedPkcs8(
  encrypted: Encrypted,
  forms: readonly PasswordForm[],
  derivation: KeyDerivation,
): KeyObject | undefined {
  const plain = decryptWithPassword(encrypted, forms, derivation);
  return plain && readPkcs8(plain);
}
