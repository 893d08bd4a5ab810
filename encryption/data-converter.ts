import type { DataConverter } from '@temporalio/client';
import type { EncryptionKeys } from './keys.js';
import { createPayloadCodec } from './payload-codec.js';

/**
 * Data converter for Temporal clients: encrypts all payloads. It decrypts failures too; workers encrypt those with
 * their own failure converter.
 */
export function createDataConverter(keys: EncryptionKeys): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys)] };
}
