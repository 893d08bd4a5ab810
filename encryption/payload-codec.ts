import type { DataConverter, Payload } from '@temporalio/client';
import protobuf from 'protobufjs/light.js';
import { SigningError } from '@signering/schema';
import { decrypt, encrypt } from './authenticated-encryption.js';
import { KeyMismatchError } from './key-mismatch-error.js';
import { isKeyId, type EncryptionKeys } from './keys.js';

// Frozen at the first release: these names are needed to read years-old payloads.
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const NONCE = 'encryption-nonce';

// The metadata key of Temporal's packages. They are not loaded here, because a client has its own copy of them.
const ENCODING_KEY = 'encoding';

// Spec: message temporal.api.common.v1.Payload. The codec runs before anything that a newer server may add.
const PayloadMessage = new protobuf.Type('Payload')
  .add(new protobuf.MapField('metadata', 1, 'string', 'bytes'))
  .add(new protobuf.Field('data', 2, 'bytes'));

/** Transforms payloads on their way to and from Temporal. */
type PayloadCodec = NonNullable<DataConverter['payloadCodecs']>[number];

/**
 * Encrypts every payload with AES-256-GCM, including its metadata. Only the encoding, the key id and the nonce stay
 * readable. Unencrypted payloads pass through, as in Temporal's codecs.
 * @throws KEY_MISMATCH from `decode`, for an unknown key id or changed content
 */
export function createPayloadCodec(keys: EncryptionKeys): PayloadCodec {
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]));

  function encryptPayload(payload: Payload): Payload {
    const { id, secret } = keys[0];
    const plain = PayloadMessage.encode(payload).finish();
    const { nonce, sealed } = encrypt({ secret, plain, authenticated: authenticatedMetadata(id) });
    return encryptedPayloadOf({ keyId: id, nonce, data: sealed });
  }

  function decryptPayload(payload: Payload): Payload {
    if (!isEncrypted(payload)) return payload;
    const parts = encryptedPartsOf(payload);
    if (parts === undefined) {
      throw new KeyMismatchError(
        `Cannot decrypt a payload: it names no key id (${KEY_ID}) or nonce (${NONCE}), so another codec wrote it. ` +
          'Use the keys and codec of this process in every program that talks to these workflows.',
      );
    }
    const { keyId: id, nonce, data } = parts;
    const secret = secrets.get(id);
    if (secret === undefined) {
      throw new KeyMismatchError(
        `Cannot decrypt a payload: it is encrypted under key "${id}", which this process does not have (it has ` +
          `${[...secrets.keys()].map((known) => `"${known}"`).join(', ')}). ` +
          'Add that key to SIGNERING_KEYS and restart.',
      );
    }
    const plain = decrypt({ secret, nonce, sealed: data, authenticated: authenticatedMetadata(id) });
    if (plain === undefined) {
      throw new KeyMismatchError(
        `Cannot decrypt a payload under key "${id}": it was changed, or "${id}" stood for another key when it was ` +
          'written. Compare SIGNERING_KEYS with the process that wrote it.',
      );
    }
    return PayloadMessage.decode(plain) as Payload;
  }

  return {
    encode: (payloads) => Promise.resolve(payloads).then((all) => all.map(encryptPayload)),
    decode: (payloads) => Promise.resolve(payloads).then((all) => all.map(decryptPayload)),
  };
}

/**
 * As the given codec, and refuses unencrypted payloads: for a reader of what only holders of the keys write.
 * @throws UNENCRYPTED_INPUT_REFUSED from `decode`
 */
export function refuseUnencrypted(codec: PayloadCodec): PayloadCodec {
  return {
    encode: (payloads, context) => codec.encode(payloads, context),
    decode: async (payloads, context) => {
      if (!payloads.every(isEncrypted)) {
        throw new SigningError(
          'UNENCRYPTED_INPUT_REFUSED',
          'A payload is unencrypted: it was not written with the keys of the workers, and is refused.',
        );
      }
      return codec.decode(payloads, context);
    },
  };
}

/** True for a payload that this codec, or another one with the same encoding name, encrypted. */
export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.[ENCODING_KEY]) === ENCODING;
}

/** The key id of an encrypted payload; undefined when it is unencrypted or the key id is absent or malformed. */
export function encryptionKeyIdOf(payload: Payload): string | undefined {
  const id = isEncrypted(payload) ? textOf(payload.metadata?.[KEY_ID]) : undefined;
  return id !== undefined && isKeyId(id) ? id : undefined;
}

/** The parts of an encrypted payload. */
export interface EncryptedParts {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  /** The ciphertext with its authentication tag. */
  readonly data: Uint8Array;
}

/** Assembles an encrypted payload. */
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

/** Splits an encrypted payload; returns undefined when a part is missing. */
export function encryptedPartsOf({ metadata, data }: Payload): EncryptedParts | undefined {
  const keyId = textOf(metadata?.[KEY_ID]);
  const nonce = metadata?.[NONCE];
  return keyId === undefined || nonce === undefined || !data ? undefined : { keyId, nonce, data };
}

/** Authenticates key id and encoding, so that neither can be replaced. Neither contains a NUL. */
function authenticatedMetadata(keyId: string): Uint8Array {
  return Buffer.from(`${ENCODING}\0${keyId}`);
}

function textOf(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
}
