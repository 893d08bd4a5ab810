import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { KeyDerivation } from './key-derivation.js';
import { KeyStoreContentBuilder, type KeyStoreContent } from './key-store-content.js';
import { damagedEntry, KeyStoreProblem } from './key-store-problem.js';
import { passwordFormsOf } from './password-form.js';
import { pemBlocksOf, type PemBlock } from './pem-blocks.js';
import { CERTIFICATE_LABELS } from './read-certificates.js';
import { encryptedKeyOf, readEncryptedPkcs8 } from './read-private-key.js';

/** Reads every private key and certificate of a PEM file. Spec: RFC 7468. */
export function readPem(content: Uint8Array, password: string | undefined): KeyStoreContent {
  const found = new KeyStoreContentBuilder();
  const derivation = new KeyDerivation();
  for (const block of pemBlocksOf(content)) {
    try {
      if (CERTIFICATE_LABELS.includes(block.label)) found.certificates.push(new X509Certificate(block.der));
      else if (block.label.endsWith('PRIVATE KEY')) found.keys.push(readKey(block, password, derivation));
    } catch (error) {
      found.problems.push((error instanceof KeyStoreProblem ? error : damagedEntry()).message);
    }
  }
  return found;
}

function readKey(block: PemBlock, password: string | undefined, derivation: KeyDerivation): KeyObject {
  if (block.label === 'OPENSSH PRIVATE KEY') {
    throw new KeyStoreProblem(
      'its private key is in OpenSSH format; provide the key of the certificate in PKCS#8',
    );
  }
  const isEncrypted = block.text.includes('ENCRYPTED');
  if (isEncrypted && (password === undefined || password === '')) {
    throw new KeyStoreProblem('its private key is encrypted and no password was given; set the password');
  }
  const key =
    block.label === 'ENCRYPTED PRIVATE KEY'
      ? readEncryptedPkcs8(encryptedKeyOf(block.der), passwordFormsOf(password), derivation)
      : readByPlatform(block, password);
  if (key !== undefined) return key;
  throw new KeyStoreProblem(
    isEncrypted
      ? 'its private key cannot be decrypted, most likely because the password is wrong; check the password'
      : 'its private key is damaged; export the file again',
  );
}

/** Reads keys that are unencrypted, or encrypted as in RFC 1421, with a single round of key derivation. */
function readByPlatform({ text }: PemBlock, password: string | undefined): KeyObject | undefined {
  for (const { bytes } of passwordFormsOf(password)) {
    try {
      return createPrivateKey({ key: text, passphrase: bytes });
    } catch {
      // Try the next form of the password.
    }
  }
  return undefined;
}
