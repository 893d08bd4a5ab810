import { z } from 'zod';
import { isKeyId, KEY_BYTES } from '@signering/encryption';
import { IDENTITY_NUMBER_CHECKS, InvalidInputError, SECTORS } from '@signering/schema';
import type { ClientSettings, ClientSettingsWithoutTemporal } from './client-settings.js';
import {
  oneOf,
  organizationNumber,
  pollingQueue,
  s3Endpoint,
  s3KmsKey,
  storage,
  taskQueue,
} from './setting-values.js';

const KEY = z.looseObject(
  {
    id: z.custom<string>((id) => typeof id === 'string' && isKeyId(id), {
      error: 'must have 1 to 40 letters, digits, dots, _ or -',
    }),
    secret: z.custom<Uint8Array>((secret) => secret instanceof Uint8Array && secret.length === KEY_BYTES, {
      error: 'must be a Uint8Array of 32 bytes',
    }),
  },
  { error: 'must be a key { id, secret }: parseKeys reads keys, generateKey makes one' },
);

const CONNECTION = z.looseObject(
  { address: z.string().min(1, 'must be host:port') },
  { error: 'must be an object with the address of Temporal' },
);

/** No defaults: in code, a forgotten address must not lead to another Temporal. The environment has one. */
const TEMPORAL = z.looseObject(
  { connection: CONNECTION, namespace: z.string().min(1, 'must be the name of a namespace') },
  { error: 'must be an object with connection and namespace' },
);

/** The longest time that a timer of Node can measure, in milliseconds. */
export const LONGEST_TIMEOUT_MS = 2_147_483_647;

const S3 = z.looseObject(
  {
    endpoint: s3Endpoint.optional(),
    kmsKey: s3KmsKey.optional(),
  },
  { error: 'must be an object' },
);

const SETTINGS = z.looseObject({
  organizationNumber,
  storage,
  s3: S3.optional(),
  encryptStorage: z.boolean({ error: 'must be true or false' }).optional(),
  keys: z
    .array(KEY, { error: 'must be a list of keys: parseKeys reads them, generateKey makes one' })
    .min(1, 'must have a key: the first one encrypts')
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'must have different key ids'),
  taskQueue: taskQueue.optional(),
  pollingQueue: pollingQueue.optional(),
  sector: oneOf(SECTORS).optional(),
  identityNumberCheck: oneOf(IDENTITY_NUMBER_CHECKS).optional(),
  exitUrlsWithoutProofUntil: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'must be a moment in ISO 8601 with its time zone, such as 2027-01-31T00:00:00.000Z',
    })
    .optional(),
  callTimeoutMs: z
    .int({ error: 'must be a whole number of milliseconds' })
    .min(1, 'must be at least 1 ms')
    .max(LONGEST_TIMEOUT_MS, `must be at most ${LONGEST_TIMEOUT_MS} ms`)
    .optional(),
});
const WITH_TEMPORAL = SETTINGS.extend({ temporal: TEMPORAL });

/** What a missing member means. */
const MEANINGS: Readonly<Record<string, string>> = {
  organizationNumber: "the sender's organisation number, nine digits",
  storage: 'the folder, or s3://bucket/prefix, that client and workers share',
  keys: 'the keys of the workers, as parseKeys reads them',
  temporal:
    "give { connection: { address: 'localhost:7233' }, namespace: 'default' } for a Temporal on this machine, or a temporalClient instead",
  'temporal.connection': 'an object with the address of Temporal',
  'temporal.connection.address': 'host:port of Temporal',
  'temporal.namespace': "the namespace at Temporal, which is 'default' unless you have made another one",
};

/**
 * Checks settings that a program gives instead of an environment, and writes the storage as the environment does.
 * @throws INVALID_SETTINGS naming every mistake by its path, never a value
 */
export function demandClientSettings<Given extends ClientSettings | ClientSettingsWithoutTemporal>(
  settings: Given,
  { hasTemporal }: { readonly hasTemporal: boolean },
): Given {
  const parsed = (hasTemporal ? SETTINGS : WITH_TEMPORAL).safeParse(settings);
  if (parsed.success) return { ...settings, storage: parsed.data.storage };
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.reduce<string>(
      (all, part) => (typeof part === 'number' ? `${all}[${part}]` : `${all}.${String(part)}`),
      '',
    );
    const meaning = MEANINGS[name.slice(1)];
    const isMissing = meaning !== undefined && valueAt(settings, path) === undefined;
    return {
      path: name === '' ? 'settings' : name.slice(1),
      message: isMissing ? `is missing: ${meaning}` : message,
    };
  });
  throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be used', problems);
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, name) => (part as Record<PropertyKey, unknown>)[name], settings);
}
