import type { EncryptionKeys } from '../encryption/index.js';
import type { Sector } from '../schema/index.js';
import type { Environment } from './environment.js';
import { parseSettings } from './parse-settings.js';
import { CLIENT_VALUES } from './setting-values.js';
import type { TemporalSettings } from './temporal-settings.js';

/** What a business system must know to start jobs: no certificate, and no address of the service. */
export interface ClientSettings {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The folder of the storage that client and worker share. */
  readonly storage: string;
  readonly keys: EncryptionKeys;
  /** For jobs that name none. */
  readonly pollingQueue: string;
  /** The sender's; absent: what depends on it is left to the service to refuse. */
  readonly sector?: Sector;
  readonly temporal: TemporalSettings;
}

/** @throws INVALID_SETTINGS naming every mistake */
export function loadClientSettings(env: Environment): ClientSettings {
  const { values, keys, temporal } = parseSettings(env, CLIENT_VALUES);
  const sector = values.SIGNERING_SECTOR;
  return {
    organizationNumber: values.SIGNERING_ORGANIZATION,
    storage: values.SIGNERING_STORAGE,
    keys,
    pollingQueue: values.SIGNERING_POLLING_QUEUE,
    ...(sector === undefined ? {} : { sector }),
    temporal,
  };
}
