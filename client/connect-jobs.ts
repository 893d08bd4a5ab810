import type { Client, ClientInterceptors } from '@temporalio/client';
import { checkKeysOfWorkers, createDataConverter, createJsonEncryption } from '@signering/encryption';
import {
  CLIENT_DEFAULTS,
  demandClientSettings,
  loadClientSettings,
  readEnvironment,
  type ClientSettingsWithoutTemporal,
  type ClientSettings,
  type Environment,
} from '@signering/settings';
import { demandStorageId, openStorage } from '@signering/storage';
import { callWith, demandTimeout } from './call-options.js';
import { KnownJobs } from './known-jobs.js';
import { checkStorageOfWorkers } from './storage-of-workers.js';
import { TemporalConnection, type ClientLogger } from './temporal-connection.js';

/** What {@link ConnectOptions} have in common. */
interface CommonConnectOptions {
  /** Read when `settings` are absent. @default the environment, and the `.env` file of the current folder */
  readonly env?: Environment | undefined;
  /** Interceptors of Temporal's client, such as those for traces. @default those of `temporalClient` */
  readonly interceptors?: ClientInterceptors | undefined;
  /** Receives log messages without personal data; `console` works. @default none */
  readonly logger?: ClientLogger | undefined;
  /**
   * How long a call may wait for Temporal and for workers, in milliseconds; then it ends with TEMPORAL_UNAVAILABLE or
   * WORKER_UNAVAILABLE. A call's own `timeoutMs` replaces it.
   * `waitForResult`, and `cancelJob` once a worker has taken it, wait longer, as long as Temporal is there.
   * @default the settings' `callTimeoutMs`, 10 000 unless `SIGNERING_CLIENT_TIMEOUT` says otherwise
   */
  readonly callTimeoutMs?: number | undefined;
  /** How long connecting may take, in milliseconds; then it fails with CALL_TIMED_OUT. @default `callTimeoutMs` */
  readonly connectTimeoutMs?: number | undefined;
  /** Ends connecting; it then throws the signal's reason. It does not end later calls. */
  readonly signal?: AbortSignal | undefined;
}

/** Connects to Temporal by the settings. */
export interface ConnectBySettingsOptions extends CommonConnectOptions {
  /** @default those of `env`, where `temporal` has a default too */
  readonly settings?: ClientSettings | undefined;
  readonly temporalClient?: undefined;
}

/** Uses the connection of a Temporal client that the program has. */
export interface ConnectByClientOptions extends CommonConnectOptions {
  /** @default those of `env` */
  readonly settings?: ClientSettingsWithoutTemporal | ClientSettings | undefined;
  /**
   * A client of your own: its connection, namespace and interceptors are used instead of those of the settings, and
   * closing this client leaves it open. Payloads are encrypted with `settings.keys`; its data converter is not used.
   */
  readonly temporalClient: Client;
}

/** The argument of `SigningClient.connect`: the settings need no `temporal` where `temporalClient` is given. */
export type ConnectOptions = ConnectBySettingsOptions | ConnectByClientOptions;

/** Settings, and the jobs of their organisation. */
export interface ConnectedJobs {
  readonly settings: ClientSettingsWithoutTemporal;
  readonly jobs: KnownJobs;
}

/** As `SigningClient.connect`. */
export async function connectJobs(options: ConnectOptions): Promise<ConnectedJobs> {
  const { signal: ended, connectTimeoutMs: timeoutMs, callTimeoutMs, temporalClient } = options;
  const settings =
    options.settings === undefined
      ? loadClientSettings(options.env ?? readEnvironment())
      : demandClientSettings(options.settings, { hasTemporal: temporalClient !== undefined });
  if (callTimeoutMs !== undefined) demandTimeout(callTimeoutMs, 'callTimeoutMs');
  const name = 'connectTimeoutMs';
  return callWith({ signal: ended, timeoutMs, name }, (signal) => connect(settings, { ...options, signal }));
}

async function connect(
  settings: ClientSettings | ClientSettingsWithoutTemporal,
  {
    callTimeoutMs = settings.callTimeoutMs ?? CLIENT_DEFAULTS.callTimeoutMs,
    connectTimeoutMs = callTimeoutMs,
    signal,
    temporalClient,
    interceptors,
    logger,
  }: ConnectOptions,
): Promise<ConnectedJobs> {
  const storage = await openStorage({ ...settings, location: settings.storage });
  const storageId = await demandStorageId(storage.storageIdentity);
  const { taskQueue = CLIENT_DEFAULTS.taskQueue } = settings;
  // Before a payload is written: one under a key that no worker has stops the workflow that receives it.
  await checkKeysOfWorkers(settings.keys, storage.keyFingerprints);
  const temporal = await TemporalConnection.open({
    settings: 'temporal' in settings ? settings.temporal : undefined,
    dataConverter: createDataConverter(settings.keys),
    callTimeoutMs,
    connectTimeoutMs,
    temporalClient,
    interceptors,
    logger,
    signal,
  });
  try {
    await temporal.bounded({ signal, timeoutMs: connectTimeoutMs }, () =>
      temporal.call((client) => checkStorageOfWorkers(client, { storageId, taskQueue })),
    );
  } catch (error) {
    await temporal.close();
    throw error;
  }
  const { organizationNumber, keys } = settings;
  const encryption = createJsonEncryption(keys);
  return { settings, jobs: new KnownJobs({ organizationNumber, storage, temporal, taskQueue, encryption }) };
}
