import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** The nonce size that GCM is designed for; random nonces are safe for 2^32 payloads per key (NIST SP 800-38D, 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The argument of {@link encrypt}. */
export interface EncryptOptions {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly plain: Uint8Array;
  /** Additional authenticated data: readable, but a change makes decryption fail. */
  readonly authenticated: Uint8Array;
}

/** The argument of {@link decrypt}. */
export interface DecryptOptions {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly nonce: Uint8Array;
  /** The ciphertext followed by the authentication tag. */
  readonly sealed: Uint8Array;
  readonly authenticated: Uint8Array;
}

/** Encrypts under a fresh random nonce; the authentication tag follows the ciphertext. */
export function encrypt(options: EncryptOptions): {
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
} {
  const nonce = randomBytes(NONCE_BYTES);
  return { nonce, sealed: encryptUnder({ ...options, nonce }) };
}

/** As {@link encrypt}, under a nonce that the caller never uses again with this secret. */
export function encryptUnder({
  secret,
  plain,
  authenticated,
  nonce,
}: EncryptOptions & { readonly nonce: Uint8Array }): Uint8Array {
  const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(authenticated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts; returns undefined when the data was changed or the key is wrong. */
export function decrypt({ secret, nonce, sealed, authenticated }: DecryptOptions): Uint8Array | undefined {
  // Short tags are easier to forge, and Node accepts any tag length.
  if (nonce.byteLength !== NONCE_BYTES || sealed.byteLength < TAG_BYTES) return undefined;
  const boundary = sealed.byteLength - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES })
    .setAAD(authenticated)
    .setAuthTag(sealed.subarray(boundary));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, boundary)), decipher.final()]);
  } catch {
    // Only the comparison of tags can fail here.
    return undefined;
  }
}
