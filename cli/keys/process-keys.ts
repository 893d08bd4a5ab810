import type { Payload } from '@temporalio/client';
import { keyIdsOfWorker } from '@signering/contract';
import {
  createPayloadCodec,
  encryptionKeyIdOf,
  isEncrypted,
  type EncryptionKey,
} from '@signering/encryption';
import type { Environment } from '@signering/settings';
import { openTaskQueues, recentPollers, type Examination } from '../doctor/index.js';

/** A process that polled a task queue of open jobs within two minutes. */
export interface SeenWorker {
  /** As Temporal knows it. */
  readonly identity: string;
  /** The one that encrypts first. Absent for workers of earlier releases and other programs. */
  readonly keyIds?: readonly string[];
}

/** The workers of the settings' task queue, and of others that open jobs are on. @throws the error of Temporal's SDK */
export async function seenWorkers(examination: Examination): Promise<readonly SeenWorker[]> {
  const identities = new Set<string>();
  for (const taskQueue of await openTaskQueues(examination)) {
    for (const work of ['workflows', 'activities'] as const) {
      for (const identity of await recentPollers(examination, { taskQueue, work })) identities.add(identity);
    }
  }
  return [...identities].sort().map((identity) => {
    const keyIds = keyIdsOfWorker(identity);
    return { identity, ...(keyIds !== undefined && { keyIds }) };
  });
}

/** What a codec server was seen to do with a key. */
export interface SeenCodecServer {
  /** It decodes a payload under the key; or why that is not known. */
  readonly reads: boolean | string;
  /** It encodes with the key; or why that is not known. */
  readonly writes: boolean | string;
}

const ANSWER_WITHIN_MS = 5000;
const PROBE = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"probe"') };

/**
 * Asks the codec server of `TEMPORAL_CODEC_ENDPOINT`, with `TEMPORAL_CODEC_AUTH` as the authorization, to decode a payload
 * under the key and to encode another one.
 * @returns undefined if the environment names none
 */
export async function askCodecServer(
  env: Environment,
  key: EncryptionKey,
): Promise<SeenCodecServer | undefined> {
  const url = env['TEMPORAL_CODEC_ENDPOINT'];
  if (url === undefined || url === '') return undefined;
  const ask = (operation: string, payload: Payload) => answerOf(env, `${url}/${operation}`, payload);
  const [probe] = await createPayloadCodec([key]).encode([PROBE]);
  const decoded = await ask('decode', probe ?? PROBE);
  const encoded = await ask('encode', PROBE);
  return {
    reads: typeof decoded === 'string' ? decoded : !isEncrypted(decoded),
    writes: typeof encoded === 'string' ? encoded : encryptionKeyIdOf(encoded) === key.id,
  };
}

/** The payload of the answer, or why there is none. */
async function answerOf(
  env: Environment,
  url: string,
  { metadata, data }: Payload,
): Promise<Payload | string> {
  const authorization = env['TEMPORAL_CODEC_AUTH'];
  const sent = {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-namespace': env['TEMPORAL_NAMESPACE'] ?? 'default',
        ...(authorization !== undefined && { authorization }),
      },
      body: JSON.stringify({ payloads: [sent] }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!response.ok)
      return `it answers ${response.status}${response.status === 401 ? ' (TEMPORAL_CODEC_AUTH)' : ''}`;
    return payloadOf(await response.json());
  } catch {
    return 'it does not answer (TEMPORAL_CODEC_ENDPOINT)';
  }
}

function payloadOf(answer: unknown): Payload | string {
  const { payloads: [payload] = [] } = answer as {
    readonly payloads?: readonly { readonly metadata?: Readonly<Record<string, string>> }[];
  };
  if (payload === undefined) return 'its answer has no payload';
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
  };
}
