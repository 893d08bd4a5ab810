import type { EncryptionKeys } from '@signering/encryption';
import type { IdentityNumberCheck, Sector } from '@signering/schema';
import type { Environment } from './environment.js';
import { parseSettings } from './parse-settings.js';
import { s3SettingsOf, type S3Settings } from './s3-settings.js';
import { CLIENT_VALUES, defaultOf } from './setting-values.js';
import type { TemporalSettings } from './temporal-settings.js';

/** Settings of a business system that starts jobs. They include no certificate and no address of the service. */
export interface ClientSettingsWithoutTemporal {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The storage that client and worker share: a folder, or `s3://bucket/prefix`. */
  readonly storage: string;
  /** For a storage in S3. */
  readonly s3?: S3Settings | undefined;
  /**
   * Whether this client stores documents encrypted, with the first key. It reads encrypted and clear files in any case, and
   * the workers have their setting for signed documents. @default false
   */
  readonly encryptStorage?: boolean | undefined;
  /** The keys of the workers, the one that encrypts first: `parseKeys` reads them, `generateKey` makes one. */
  readonly keys: EncryptionKeys;
  /** Temporal's task queue, as the workers have it. @default signering */
  readonly taskQueue?: string | undefined;
  /** Polling queue of jobs that name none. @default signering-workflows */
  readonly pollingQueue?: string | undefined;
  /** The sender's sector. Absent: sector rules are left to the service. */
  readonly sector?: Sector | undefined;
  /** Whether check digits of identity numbers are checked. @default on */
  readonly identityNumberCheck?: IdentityNumberCheck | undefined;
  /**
   * Exit URLs without a proof are rejected from this time on, ISO 8601 with its time zone, such as
   * `2027-01-31T00:00:00.000Z`; a date begins at midnight UTC. Absent: they are accepted, within a small budget.
   */
  readonly exitUrlsWithoutProofUntil?: string | undefined;
  /** How long a call waits for Temporal and workers, in milliseconds. @default 10 000 */
  readonly callTimeoutMs?: number | undefined;
}

/** Settings of a client that connects to Temporal by itself. */
export interface ClientSettings extends ClientSettingsWithoutTemporal {
  /**
   * `{ connection: { address: 'localhost:7233' }, namespace: 'default' }` for a Temporal without TLS on this machine. Given
   * settings have no default for it; `loadClientSettings` has.
   */
  readonly temporal: TemporalSettings;
}

/** The defaults of {@link ClientSettingsWithoutTemporal}, as in the table of settings. */
export const CLIENT_DEFAULTS = {
  taskQueue: defaultOf('SIGNERING_TASK_QUEUE'),
  pollingQueue: defaultOf('SIGNERING_POLLING_QUEUE'),
  callTimeoutMs: Number(defaultOf('SIGNERING_CLIENT_TIMEOUT')) * 1000,
} as const;

/**
 * Reads the settings of a client from environment variables, such as `process.env`.
 * @throws INVALID_SETTINGS naming every mistake
 */
export function loadClientSettings(env: Environment): ClientSettings {
  const { values, keys, temporal } = parseSettings(env, { shape: CLIENT_VALUES });
  const sector = values.SIGNERING_SECTOR;
  const withoutProofUntil = values.SIGNERING_EXIT_URLS_WITHOUT_PROOF_UNTIL;
  return {
    organizationNumber: values.SIGNERING_ORGANIZATION,
    storage: values.SIGNERING_STORAGE,
    ...s3SettingsOf(values),
    encryptStorage: values.SIGNERING_STORAGE_ENCRYPTION === 'on',
    keys,
    taskQueue: values.SIGNERING_TASK_QUEUE,
    pollingQueue: values.SIGNERING_POLLING_QUEUE,
    ...(sector === undefined ? {} : { sector }),
    identityNumberCheck: values.SIGNERING_IDENTITY_NUMBER_CHECK,
    ...(withoutProofUntil === undefined
      ? {}
      : { exitUrlsWithoutProofUntil: new Date(withoutProofUntil).toISOString() }),
    callTimeoutMs: values.SIGNERING_CLIENT_TIMEOUT * 1000,
    temporal,
  };
}
