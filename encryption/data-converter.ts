import type { DataConverter } from '@temporalio/client';
import type { EncryptionKeys } from './keys.js';
import { createPayloadCodec } from './payload-codec.js';

/**
 * What a client of Temporal is given, so that all that it sends is encrypted. It reads failures too, which workers
 * encrypt with a failure converter of their own.
 */
export function createDataConverter(keys: EncryptionKeys): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys)] };
}
