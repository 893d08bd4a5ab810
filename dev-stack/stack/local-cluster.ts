import { Connection } from '@temporalio/client';
import type { ProgressSink } from '@signering/cli';
import { startTemporalServer } from '../processes/index.js';
import { SigningError } from '@signering/schema';
import { loadTemporalSettings } from '@signering/settings';
import { keepRunning } from './supervisor.js';

/** Temporal of a stack: its own server, or an existing cluster. */
export interface LocalCluster {
  /** `TEMPORAL_ADDRESS` and other variables needed to reach it. */
  readonly settings: Readonly<Record<string, string>>;
  /** URL of Temporal Web, if known. */
  readonly webUrl?: string;
  /** Whether the stack started it, and stops it too. */
  readonly own: boolean;
  readonly stop: () => Promise<void>;
}

/** The argument of {@link startLocalCluster}. */
export interface LocalClusterOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Codec server for Temporal Web. */
  readonly codecUrl: string;
  readonly onProgress: (sentence: string) => void;
  readonly out?: ProgressSink;
}

const GRACE_MS = 10_000;

/**
 * Uses the cluster of TEMPORAL_ADDRESS, or starts a dev server and keeps it running.
 * @throws TEMPORAL_UNAVAILABLE
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { folder, env, codecUrl, onProgress, out } = options;
  const address = env['TEMPORAL_ADDRESS'];
  if (address !== undefined && address !== '') return useRunningCluster(env);
  const server = await keepRunning({
    name: 'Temporal',
    graceMs: GRACE_MS,
    onProgress,
    start: async () => {
      const started = await startTemporalServer({
        stateFolder: folder,
        env,
        codecUrl,
        ...(out === undefined ? {} : { out }),
      });
      return { ...started.process, server: started };
    },
  });
  const { webUrl, namespace, address: ownAddress } = server.current().server;
  return {
    settings: { TEMPORAL_ADDRESS: ownAddress, TEMPORAL_NAMESPACE: namespace },
    ...(webUrl === undefined ? {} : { webUrl }),
    own: true,
    stop: server.stop,
  };
}

async function useRunningCluster(env: NodeJS.ProcessEnv): Promise<LocalCluster> {
  const { connection: options, namespace } = loadTemporalSettings(env);
  try {
    const connection = await Connection.connect(options);
    try {
      await connection.workflowService.describeNamespace({ namespace });
    } finally {
      await connection.close();
    }
  } catch (cause) {
    throw new SigningError(
      'TEMPORAL_UNAVAILABLE',
      `TEMPORAL_ADDRESS is ${options.address}, but no Temporal with the namespace "${namespace}" answers there: ` +
        'start it, or unset TEMPORAL_ADDRESS to have one started for you.',
      { cause },
    );
  }
  return { settings: temporalVariables(env), own: false, stop: () => Promise.resolve() };
}

/** The variables that connect to that cluster, including TLS and API key. */
function temporalVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('TEMPORAL_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}
