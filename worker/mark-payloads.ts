import {
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
} from '@temporalio/common';
import { decode as decodeText } from '@temporalio/common/lib/encoding.js';
import { markUndecryptable, markUnencrypted } from '@signering/contract';
import { problemsOfInputs } from '@signering/contract/schemas';
import { encryptionKeyIdOf, isEncrypted } from '@signering/encryption';
import { NINE_DIGITS, isRecord, whatIsWrongWithReference, type IdentityNumberCheck } from '@signering/schema';
import type { ReferenceLedger } from '@signering/storage';

/** The argument of {@link markPayloads}. */
export interface MarkPayloadsOptions {
  /** Decrypts and encrypts. */
  readonly codec: PayloadCodec;
  /** Whether the workflows accept unencrypted input. */
  readonly accepted: boolean;
  /** Whether check digits of identity numbers are checked. @default on */
  readonly identityNumberCheck?: IdentityNumberCheck;
  /** Finds orders that were accepted before, to which newer rules do not apply. @default none */
  readonly ledger?: Pick<ReferenceLedger, 'find'>;
}

/**
 * Marks each workflow payload that is unencrypted or cannot be decrypted; the workflow accepts, drops or refuses it. A
 * codec that throws would fail the whole workflow task on every attempt, with every correct input in it. For activities
 * the codec throws: Temporal repeats the task until a worker has the key.
 */
export function markPayloads({
  codec,
  accepted,
  identityNumberCheck,
  ledger,
}: MarkPayloadsOptions): PayloadCodec {
  const markPlain = async (payload: Payload): Promise<Payload> => {
    const value = valueOf(payload);
    const options = { identityNumberCheck };
    let problems = problemsOfInputs(value, options);
    const isNewOrder = Object.values(problems).some((list) => list.length === 0);
    if (!isNewOrder && ledger !== undefined && (await wasTaken(value, ledger))) {
      problems = problemsOfInputs(value, { ...options, wasTaken: true });
    }
    return defaultPayloadConverter.toPayload(markUnencrypted(value, { accepted, problems }));
  };
  const decrypt = async (payload: Payload, canBeDropped: boolean): Promise<Payload> => {
    try {
      const [decrypted = payload] = await codec.decode([payload]);
      // An undecodable value would throw in the workflow.
      if (canBeDropped) defaultPayloadConverter.fromPayload(decrypted);
      return decrypted;
    } catch (error) {
      if (!canBeDropped) throw error;
      return defaultPayloadConverter.toPayload(markUndecryptable(reasonOf(payload)));
    }
  };
  return {
    encode: (payloads) => codec.encode(payloads),
    decode: (payloads, context) =>
      Promise.all(
        payloads.map(async (payload) =>
          isEncrypted(payload) ? decrypt(payload, context?.type === 'workflow') : markPlain(payload),
        ),
      ),
  };
}

function reasonOf(payload: Payload) {
  const keyId = encryptionKeyIdOf(payload);
  if (keyId === undefined) return { problem: 'is encrypted, and names no key' };
  return {
    keyId,
    problem: `is encrypted under key "${keyId}" and cannot be decrypted: this worker does not have that key, or the content was changed`,
  };
}

/** True if the ledger has this order: the same reference and digest. After an error the rules apply. */
async function wasTaken(value: unknown, ledger: Pick<ReferenceLedger, 'find'>): Promise<boolean> {
  if (!isRecord(value)) return false;
  const { organizationNumber, reference, contentDigest } = value;
  if (typeof organizationNumber !== 'string' || !NINE_DIGITS.test(organizationNumber)) return false;
  if (typeof reference !== 'string' || whatIsWrongWithReference(reference) !== undefined) return false;
  const entry = await ledger.find({ organizationNumber, reference }).catch(() => undefined);
  return entry !== undefined && entry.contentDigest === contentDigest;
}

/** The value of a JSON payload; undefined for other encodings, which no input of ours has. */
function valueOf({ metadata, data }: Payload): unknown {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || !data || !decodeText(encoding).startsWith('json/')) return undefined;
  try {
    return JSON.parse(decodeText(data)) as unknown;
  } catch {
    return undefined;
  }
}
