import type { Payload } from '@temporalio/client';
import type { EncryptionKeys } from './keys.js';
import { createPayloadCodec, encryptedPartsOf, encryptedPayloadOf } from './payload-codec.js';

/** A JSON value, encrypted like a payload and stored as JSON, for data kept outside Temporal. */
export interface EncryptedJson {
  /** The key's id, as in a payload's metadata. */
  readonly keyId: string;
  /** Base64. */
  readonly nonce: string;
  /** The encrypted payload with its authentication tag, base64. */
  readonly data: string;
}

/** Encrypts JSON values under this process's keys; keys rotate as for payloads. */
export interface JsonEncryption {
  encrypt(value: unknown): Promise<EncryptedJson>;
  /** @throws KEY_MISMATCH for an unknown key id or changed content */
  decrypt(encrypted: EncryptedJson): Promise<unknown>;
}

/** Compatible with {@link createPayloadCodec}: each can decrypt what the other encrypted. */
export function createJsonEncryption(keys: EncryptionKeys): JsonEncryption {
  const codec = createPayloadCodec(keys);
  return {
    encrypt: async (value) => {
      const [payload] = await codec.encode([payloadOf(value)]);
      const parts = payload && encryptedPartsOf(payload);
      if (parts === undefined) throw new TypeError('The codec encrypted nothing.');
      const { keyId, nonce, data } = parts;
      return { keyId, nonce: toBase64(nonce), data: toBase64(data) };
    },
    decrypt: async ({ keyId, nonce, data }) => {
      const sealed = encryptedPayloadOf({ keyId, nonce: fromBase64(nonce), data: fromBase64(data) });
      const [payload] = await codec.decode([sealed]);
      return JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8')) as unknown;
    },
  };
}

/** The payload that Temporal's own converter makes of a value. */
function payloadOf(value: unknown): Payload {
  return { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}
