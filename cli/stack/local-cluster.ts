import { startTemporalServer, waitForTemporal, type ProgressSink } from '../local-stack/index.js';
import { SigningError } from '../../schema/index.js';
import { keepRunning } from './supervisor.js';

/** Temporal as a stack uses it: a server of its own, or a cluster that runs already. */
export interface LocalCluster {
  readonly address: string;
  readonly namespace: string;
  /** Temporal Web, where it is known. */
  readonly webUrl?: string;
  /** Whether the stack started it, and so ends it too. */
  readonly own: boolean;
  readonly stop: () => Promise<void>;
}

/** The argument of {@link startLocalCluster}. */
export interface LocalClusterOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (sentence: string) => void;
  readonly out?: ProgressSink;
}

const ANSWERS_WITHIN_MS = 10_000;
const GRACE_MS = 10_000;

/**
 * Takes the cluster of TEMPORAL_ADDRESS, or starts a dev server and keeps it running.
 * @throws TEMPORAL_UNAVAILABLE
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { folder, env, tell, out } = options;
  const address = env['TEMPORAL_ADDRESS'];
  if (address !== undefined && address !== '') return useRunningCluster(address, env);
  const server = await keepRunning({
    name: 'Temporal',
    graceMs: GRACE_MS,
    tell,
    start: async () => {
      const started = await startTemporalServer({
        stateFolder: folder,
        env,
        ...(out === undefined ? {} : { out }),
      });
      return { ...started.process, server: started };
    },
  });
  const { webUrl, namespace, address: ownAddress } = server.current().server;
  return {
    address: ownAddress,
    namespace,
    ...(webUrl === undefined ? {} : { webUrl }),
    own: true,
    stop: server.stop,
  };
}

async function useRunningCluster(address: string, env: NodeJS.ProcessEnv): Promise<LocalCluster> {
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default';
  if (!(await waitForTemporal({ address, namespace, withinMs: ANSWERS_WITHIN_MS }))) {
    throw new SigningError(
      'TEMPORAL_UNAVAILABLE',
      `TEMPORAL_ADDRESS names ${address}, and no Temporal with the namespace "${namespace}" answers there: ` +
        'start it, or unset TEMPORAL_ADDRESS to have one started for you.',
      true,
    );
  }
  return { address, namespace, own: false, stop: () => Promise.resolve() };
}
