import type { DataConverter, Payload } from '@temporalio/client';
import protobuf from 'protobufjs/light.js';
import { decrypt, encrypt } from './authenticated-encryption.js';
import { KeyMismatchError } from './key-mismatch-error.js';
import { isKeyId, type EncryptionKeys } from './keys.js';

// Frozen at the first release: payloads of years ago are read by these names.
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const NONCE = 'encryption-nonce';

// What Temporal's own packages call it. They are not loaded here: a client has its own copy of them.
const ENCODING_KEY = 'encoding';

// Spec: message temporal.api.common.v1.Payload. What a newer server may add to it is not there before the codec.
const PayloadMessage = new protobuf.Type('Payload')
  .add(new protobuf.MapField('metadata', 1, 'string', 'bytes'))
  .add(new protobuf.Field('data', 2, 'bytes'));

/** The part of a data converter that changes payloads on their way to Temporal and back. */
type PayloadCodec = NonNullable<DataConverter['payloadCodecs']>[number];

/**
 * Encrypts every payload with AES-256-GCM: the whole of it, metadata included. Readable remain the encoding, the key's
 * id and the nonce. A payload that is not encrypted passes through, as Temporal's codecs do.
 * @throws KEY_MISMATCH from `decode`, for an unknown key id and for content that was changed
 */
export function createPayloadCodec(keys: EncryptionKeys): PayloadCodec {
  const secrets = new Map(keys.all.map(({ id, secret }) => [id, secret]));

  function encryptPayload(payload: Payload): Payload {
    const { id, secret } = keys.current;
    const plain = PayloadMessage.encode(payload).finish();
    const { nonce, sealed } = encrypt({ secret, plain, authenticated: authenticatedMetadata(id) });
    return encryptedPayloadOf({ keyId: id, nonce, data: sealed });
  }

  function decryptPayload(payload: Payload): Payload {
    if (!isEncrypted(payload)) return payload;
    const parts = encryptedPartsOf(payload);
    if (parts === undefined) {
      throw new KeyMismatchError(
        `A payload is encrypted, but names no key id (${KEY_ID}) or nonce (${NONCE}): another codec wrote it. ` +
          'Let every program that talks to these workflows use the keys and the codec of this one.',
      );
    }
    const { keyId: id, nonce, data } = parts;
    const secret = secrets.get(id);
    if (secret === undefined) {
      throw new KeyMismatchError(
        `A payload is encrypted under key "${id}", which this process does not have (it has ` +
          `${[...secrets.keys()].map((known) => `"${known}"`).join(', ')}). ` +
          'Add that key to SIGNERING_KEYS and start again.',
      );
    }
    const plain = decrypt({ secret, nonce, sealed: data, authenticated: authenticatedMetadata(id) });
    if (plain === undefined) {
      throw new KeyMismatchError(
        `A payload under key "${id}" cannot be decrypted: it was changed, or "${id}" stood for another key when it ` +
          'was written. Compare SIGNERING_KEYS with that of the process that wrote it.',
      );
    }
    return PayloadMessage.decode(plain) as Payload;
  }

  return {
    encode: (payloads) => Promise.resolve(payloads).then((all) => all.map(encryptPayload)),
    decode: (payloads) => Promise.resolve(payloads).then((all) => all.map(decryptPayload)),
  };
}

/** True for a payload that this codec, or another one under the same name, encrypted. */
export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.[ENCODING_KEY]) === ENCODING;
}

/** The key id that an encrypted payload names; undefined when it is not encrypted, or names none of a key id's form. */
export function encryptionKeyIdOf(payload: Payload): string | undefined {
  const id = isEncrypted(payload) ? textOf(payload.metadata?.[KEY_ID]) : undefined;
  return id !== undefined && isKeyId(id) ? id : undefined;
}

/** What an encrypted payload consists of. */
export interface EncryptedParts {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  /** The ciphertext with its authentication tag. */
  readonly data: Uint8Array;
}

/** Puts an encrypted payload together. */
export function encryptedPayloadOf({ keyId, nonce, data }: EncryptedParts): Payload {
  return {
    metadata: {
      [ENCODING_KEY]: Buffer.from(ENCODING),
      [KEY_ID]: Buffer.from(keyId),
      [NONCE]: nonce,
    },
    data,
  };
}

/** Takes an encrypted payload apart; answers nothing when a part is missing. */
export function encryptedPartsOf({ metadata, data }: Payload): EncryptedParts | undefined {
  const keyId = textOf(metadata?.[KEY_ID]);
  const nonce = metadata?.[NONCE];
  return keyId === undefined || nonce === undefined || !data ? undefined : { keyId, nonce, data };
}

/** Bound to the content, so that nobody moves it under another key id or encoding. Neither holds a NUL. */
function authenticatedMetadata(keyId: string): Uint8Array {
  return Buffer.from(`${ENCODING}\0${keyId}`);
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
}
