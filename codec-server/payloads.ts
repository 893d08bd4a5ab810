import { z } from 'zod';
import { createPayloadCodec, type EncryptionKeys } from '@signering/encryption';
import { SigningError } from '@signering/schema';
import { maskPayload } from './mask-payload.js';

const base64 = z.base64();

// Members that a later Temporal adds are kept in payloads that are returned as they are.
const PayloadJson = z.looseObject({
  metadata: z.record(z.string(), base64).optional(),
  data: base64.optional(),
});

/** The body of a request and of a response. Spec: message temporal.api.common.v1.Payloads, as protobuf JSON. */
export const PayloadsJson = z.looseObject({ payloads: z.array(PayloadJson).default([]) });

/** A payload as protobuf JSON, its bytes in base64. */
type PayloadJson = z.infer<typeof PayloadJson>;

/** A payload with its bytes. */
export type Payload = Parameters<ReturnType<typeof createPayloadCodec>['decode']>[0][number];

/** The result of {@link CodecPayloads.decode}. */
export interface DecodedPayloads {
  readonly payloads: readonly PayloadJson[];
  /** How many are returned encrypted, because their key is unknown or their content was changed. */
  readonly undecryptable: number;
}

/** Encrypts and decrypts the payloads of requests. */
export interface CodecPayloads {
  encode(payloads: readonly PayloadJson[]): Promise<readonly PayloadJson[]>;
  /** Payloads that cannot be decrypted stay as they are, so that the others are readable. */
  decode(payloads: readonly PayloadJson[], options: { readonly masked: boolean }): Promise<DecodedPayloads>;
}

/** Compatible with clients and workers that have the same keys. */
export function codecPayloads(keys: EncryptionKeys): CodecPayloads {
  const codec = createPayloadCodec(keys);

  async function decodeOne(payload: PayloadJson, masked: boolean): Promise<PayloadJson | undefined> {
    const [decoded] = await codec.decode([fromJson(payload)]).catch((error: unknown) => {
      if (error instanceof SigningError && error.code === 'KEY_MISMATCH') return [];
      throw error;
    });
    return decoded && toJson(masked ? maskPayload(decoded) : decoded);
  }

  return {
    encode: async (payloads) => (await codec.encode(payloads.map(fromJson))).map(toJson),
    decode: async (payloads, { masked }) => {
      const decoded = await Promise.all(payloads.map((payload) => decodeOne(payload, masked)));
      return {
        payloads: decoded.map((one, index) => one ?? payloads[index] ?? {}),
        undecryptable: decoded.filter((one) => one === undefined).length,
      };
    },
  };
}

function fromJson({ metadata, data }: PayloadJson): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
    data: Buffer.from(data ?? '', 'base64'),
  };
}

function toJson({ metadata, data }: Payload): PayloadJson {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}
