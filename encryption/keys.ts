import { randomBytes } from 'node:crypto';
import { InvalidInputError, type Problem } from '@signering/schema';

/** An AES-256 key and the id that payloads name it by. */
export interface EncryptionKey {
  /** 1–40 letters, digits, `.`, `_` and `-`; readable in Temporal's database. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** The keys of a process. The first one encrypts everything that it writes; all decrypt. */
export type EncryptionKeys = readonly [EncryptionKey, ...EncryptionKey[]];

const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/u;
/** The length of a key. */
export const KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/u;

/**
 * Parses `SIGNERING_KEYS`: `id:base64[,id:base64…]`. The first key encrypts, all decrypt.
 * @throws INVALID_SETTINGS naming every mistake by the key's position, never the key
 */
export function parseKeys(text: string): EncryptionKeys {
  const problems: Problem[] = [];
  const keys = text
    .trim()
    .split(',')
    .flatMap((part, index) => parseKey(part.trim(), `SIGNERING_KEYS[${index}]`, problems));
  const twice = keys.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index);
  for (const id of new Set(twice)) {
    problems.push({ path: 'SIGNERING_KEYS', message: `names the key id "${id}" more than once` });
  }
  const [current, ...others] = keys;
  if (current === undefined || problems.length > 0) {
    throw new InvalidInputError('INVALID_SETTINGS', 'The encryption keys cannot be used', problems);
  }
  return [current, ...others];
}

/**
 * Makes a new random key.
 * @param id 1–40 letters, digits, `.`, `_` and `-`
 */
export function generateKey(id: string): EncryptionKey {
  return { id, secret: randomBytes(KEY_BYTES) };
}

/** Formats keys for `SIGNERING_KEYS`. The result is a secret. */
export function formatKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ id, secret }) => `${id}:${Buffer.from(secret).toString('base64')}`).join(',');
}

function parseKey(text: string, path: string, problems: Problem[]): readonly EncryptionKey[] {
  const separator = text.indexOf(':');
  const id = text.slice(0, Math.max(separator, 0));
  const secret = text.slice(separator + 1);
  if (separator === -1) {
    problems.push({ path, message: 'must be a key id, a colon, and 32 random bytes in base64' });
    return [];
  }
  if (!isKeyId(id)) {
    problems.push({ path, message: 'the key id must have 1 to 40 letters, digits, dots, _ or -' });
  }
  if (!BASE64.test(secret)) {
    problems.push({
      path,
      message: 'the key must be 32 bytes in base64, as `openssl rand -base64 32` writes them',
    });
  }
  return [{ id, secret: Buffer.from(secret, 'base64') }];
}

/** True for a valid key id. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}
