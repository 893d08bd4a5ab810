import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProgressSink } from '@signering/cli';
import {
  rememberedPorts,
  stackEnvironment,
  startCodecServerProcess,
  startPortalProcess,
  startSandboxProcess,
  startWorkerProcess,
  withoutSettings,
  type SandboxAnnouncement,
} from '../processes/index.js';
import { readOrMakeKeys } from './keys-file.js';
import { startLocalCluster } from './local-cluster.js';
import { codecServerOf } from './local-codec-server.js';
import { portalOf } from './local-portal.js';
import { holdStackFolder } from './running-stack.js';
import { keepRunning } from './supervisor.js';

/** The argument of {@link startStack}. */
export interface StackOptions {
  /** Folder of the stack's state. */
  readonly folder: string;
  /** Empties the folder first. @default false */
  readonly fresh?: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Settings of worker and client in addition to those that the stack sets itself. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** The sandbox's wait after an empty queue, such as `1s`. */
  readonly emptyQueueWait: string;
  /** Called for each event with one sentence. */
  readonly onProgress: (sentence: string) => void;
  /** Starts the sender portal too. @default false */
  readonly withPortal?: boolean;
  /** Output for the progress of steps that take minutes. */
  readonly out?: ProgressSink;
}

/** Temporal, the sandbox, a worker and a codec server, kept running. */
export interface Stack {
  readonly folder: string;
  readonly announcement: SandboxAnnouncement;
  readonly temporalAddress: string;
  readonly temporalWebUrl?: string;
  /** Endpoint of the codec server, with a token in its path. */
  readonly codecUrl: string;
  /** The sender portal, if the stack has one. */
  readonly portalUrl?: string;
  /** Metrics of the worker, for Prometheus. */
  readonly metricsUrl: string;
  /** Readiness of the worker. */
  readonly readyUrl: string;
  /** Whether the stack started Temporal, and stops it too. */
  readonly ownsTemporal: boolean;
  readonly storageFolder: string;
  /** Environment variables with which client and commands use the stack. */
  readonly settings: Record<string, string>;
  /** Stops everything gracefully. */
  stop(): Promise<void>;
}

const WORKER_GRACE_MS = 30_000;
const SERVER_GRACE_MS = 5000;

/** A started part that must be stopped. */
interface Part {
  readonly stop: () => Promise<void>;
}

/**
 * Starts Temporal, the sandbox, a worker and a codec server on a folder, and restarts each part that ends unexpectedly.
 * @throws INVALID_REQUEST if a stack already runs on that folder, TEMPORAL_UNAVAILABLE, SERVICE_UNAVAILABLE
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, emptyQueueWait, onProgress, out, fresh = false } = options;
  const folder = resolve(options.folder);
  const storageFolder = join(folder, 'storage');
  const hold = await holdStackFolder({ folder, fresh });
  const running: Part[] = [];
  const keep = async <T extends Part>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    running.push(part);
    return part;
  };
  const stop = async (): Promise<void> => {
    for (const part of running.splice(0).reverse()) await part.stop();
    hold.release();
  };
  try {
    mkdirSync(storageFolder, { recursive: true, mode: 0o700 });
    const keys = readOrMakeKeys(join(folder, 'keys'));
    const base = withoutSettings(env);
    const codecServer = await codecServerOf(folder);
    const codecUrl = codecServer.url;
    const portal = options.withPortal === true ? await portalOf(folder) : undefined;
    const ports = await rememberedPorts(join(folder, 'worker.ports.json'), ['metrics', 'health']);
    const listening = {
      SIGNERING_METRICS_ADDRESS: `127.0.0.1:${ports.metrics}`,
      SIGNERING_HEALTH_ADDRESS: `127.0.0.1:${ports.health}`,
    };
    const starting = [
      keep(startLocalCluster({ folder, env, codecUrl, onProgress, ...(out === undefined ? {} : { out }) })),
      keep(
        keepRunning({
          name: 'The sandbox',
          graceMs: SERVER_GRACE_MS,
          onProgress,
          start: () =>
            startSandboxProcess({
              folder,
              stateFolder: join(folder, 'sandbox'),
              env: base,
              emptyQueueWait,
              // Calls without a limit would be blocked by a sandbox that counts them.
              callsPerSecond: options.settings?.['SIGNERING_SANDBOX_CALLS_PER_SECOND'],
              senderPortalUrl: portal?.url,
            }),
        }),
      ),
    ] as const;
    // Waits for all parts even if one fails to start, so that they can be stopped.
    await Promise.allSettled(starting);
    const [cluster, sandbox] = await Promise.all(starting);
    const settings = (): Record<string, string> => ({
      ...options.settings,
      ...stackEnvironment({
        announcement: sandbox.current().announcement,
        storageFolder,
        keys,
        temporal: cluster.settings,
      }),
      // The certificate from the sandbox belongs to a private sender.
      SIGNERING_SECTOR: 'PRIVATE',
      TEMPORAL_CODEC_ENDPOINT: codecUrl,
    });
    const codecSettings = { ...options.settings, ...codecServer.settings(keys, cluster.webUrl) };
    const callers = [
      keep(
        keepRunning({
          name: 'The worker',
          graceMs: WORKER_GRACE_MS,
          onProgress,
          start: () => {
            const emails = portal?.workerSettings(sandbox.current().announcement);
            return startWorkerProcess({ folder, env: { ...base, ...settings(), ...emails, ...listening } });
          },
        }),
      ),
      keep(
        keepRunning({
          name: 'The codec server',
          graceMs: SERVER_GRACE_MS,
          onProgress,
          start: () => startCodecServerProcess({ folder, env: { ...base, ...codecSettings } }),
        }),
      ),
    ] as const;
    await Promise.allSettled(callers);
    await Promise.all(callers);
    if (portal !== undefined) {
      const start = () => {
        const own = portal.settings(sandbox.current().announcement);
        return startPortalProcess({ folder, env: { ...base, ...settings(), ...own } });
      };
      await keep(keepRunning({ name: 'The sender portal', graceMs: SERVER_GRACE_MS, onProgress, start }));
    }
    return {
      folder,
      announcement: sandbox.current().announcement,
      temporalAddress: cluster.settings['TEMPORAL_ADDRESS'] ?? '',
      ownsTemporal: cluster.own,
      ...(cluster.webUrl === undefined ? {} : { temporalWebUrl: cluster.webUrl }),
      codecUrl,
      ...(portal !== undefined && { portalUrl: portal.url }),
      metricsUrl: `http://${listening.SIGNERING_METRICS_ADDRESS}/metrics`,
      readyUrl: `http://${listening.SIGNERING_HEALTH_ADDRESS}/readyz`,
      storageFolder,
      settings: settings(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
