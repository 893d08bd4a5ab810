import {
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
} from '@temporalio/common';
import { decode as decodeText } from '@temporalio/common/lib/encoding.js';
import { markUnencrypted } from '../contract/index.js';
import { problemsOfInputs } from '../contract/schemas/index.js';
import { isEncrypted } from '../encryption/index.js';

/** The argument of {@link markUnencryptedPayloads}. */
export interface MarkUnencryptedOptions {
  /** Decrypts all others, and encrypts. */
  readonly codec: PayloadCodec;
  /** Whether the workflows shall take what is not encrypted. */
  readonly accepted: boolean;
}

/**
 * Marks each payload that came unencrypted, for the workflow to take or to refuse: a codec that refused it would stop
 * the workflow in the middle of its task, for ever and unseen, together with every correct call to it.
 */
export function markUnencryptedPayloads({ codec, accepted }: MarkUnencryptedOptions): PayloadCodec {
  const mark = (payload: Payload): Payload => {
    const value = valueOf(payload);
    return defaultPayloadConverter.toPayload(
      markUnencrypted(value, { accepted, problems: problemsOfInputs(value) }),
    );
  };
  return {
    encode: (payloads) => codec.encode(payloads),
    decode: async (payloads) => {
      const decoded = await codec.decode(payloads);
      return decoded.map((payload, index) => {
        const written = payloads[index];
        return written === undefined || isEncrypted(written) ? payload : mark(payload);
      });
    },
  };
}

/** What a payload says, where it is JSON. Others can be no input of ours. */
function valueOf({ metadata, data }: Payload): unknown {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || !data || !decodeText(encoding).startsWith('json/')) return undefined;
  try {
    return JSON.parse(decodeText(data)) as unknown;
  } catch {
    return undefined;
  }
}
