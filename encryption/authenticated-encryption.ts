import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** The size that GCM is made for; random ones are good for 2^32 payloads under one key (NIST SP 800-38D, 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The argument of {@link encrypt}. */
export interface EncryptOptions {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly plain: Uint8Array;
  /** Stays readable, but cannot be changed without notice. */
  readonly authenticated: Uint8Array;
}

/** The argument of {@link decrypt}. */
export interface DecryptOptions {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  readonly nonce: Uint8Array;
  /** The ciphertext with the authentication tag behind it. */
  readonly sealed: Uint8Array;
  readonly authenticated: Uint8Array;
}

/** Encrypts under a nonce of its own; the authentication tag stands behind the ciphertext. */
export function encrypt({ secret, plain, authenticated }: EncryptOptions): {
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
} {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(authenticated);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { nonce, sealed };
}

/** Decrypts, or answers nothing when anything was changed or the key is another one. */
export function decrypt({ secret, nonce, sealed, authenticated }: DecryptOptions): Uint8Array | undefined {
  // A short tag is easier to forge, and Node takes any length that it is handed.
  if (nonce.byteLength !== NONCE_BYTES || sealed.byteLength < TAG_BYTES) return undefined;
  const boundary = sealed.byteLength - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES })
    .setAAD(authenticated)
    .setAuthTag(sealed.subarray(boundary));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, boundary)), decipher.final()]);
  } catch {
    // The one thing that fails here is the comparison of tags.
    return undefined;
  }
}
