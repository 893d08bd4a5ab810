import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { EncryptionKeys } from './keys.js';
import { createPayloadCodec } from './payload-codec.js';

/** The failure converter's file, for the data converter and for the workflow bundle. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter.js', import.meta.url));

/** What client and worker hand to Temporal, so that payloads and failures are encrypted on both sides. */
export function createDataConverter(keys: EncryptionKeys): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys)], failureConverterPath: FAILURE_CONVERTER_PATH };
}
