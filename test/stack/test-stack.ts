import { join } from 'node:path';
import {
  sandboxAdmin,
  stackEnvironment,
  startSandboxProcess,
  startWorkerProcess,
  withoutSettings,
  type SandboxAdmin,
  type SandboxProcess,
  type SigneringProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { formatKeys, generateKey } from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { freshFolder } from './run-folder.js';
import { createNamespace, ownTemporal, sharedTemporal } from './shared-temporal.js';
import { runSignering, type CommandResult } from './signering-command.js';

/** The argument of {@link startTestStack}. */
export interface TestStackOptions {
  /** A Temporal server for this stack alone, such as to search its database file. @default the run's shared one */
  readonly ownTemporal?: boolean;
  /** How long the sandbox asks senders to wait after an empty queue. @default 1s */
  readonly emptyQueueWait?: string;
  /** Settings beside the stack's own, or in their place, for worker, client and commands. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A sandbox, a namespace at Temporal, a storage folder and keys, all of one test's own. */
export interface TestStack {
  readonly folder: string;
  readonly storageFolder: string;
  /** For `SigningClient`, `signering` commands and workers. */
  readonly env: NodeJS.ProcessEnv;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly databaseFile: string;
    /** To stop or kill it, where the stack has a server of its own. */
    readonly pid: number;
  };
  readonly admin: SandboxAdmin;
  /** The sandbox's process as it runs now. */
  sandbox(): SandboxProcess;
  /** Starts the sandbox again on its state, after a `kill9`. */
  restartSandbox(): Promise<void>;
  /** Starts one more worker; it polls when this comes back. */
  startWorker(settings?: Readonly<Record<string, string>>): Promise<SigneringProcess>;
  /** Runs a `signering` command with the stack's settings. */
  signering(...args: readonly string[]): Promise<CommandResult>;
  /** Ends every process of the stack. */
  stop(): Promise<void>;
}

const GRACE_MS = 20_000;

/** Starts a stack for one test or suite; the test stops it. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const { emptyQueueWait = '1s', settings = {} } = options;
  const folder = freshFolder('stack');
  const storageFolder = join(folder, 'storage');
  // Its identity, which the first worker writes otherwise: some tests start their jobs before there is a worker.
  await openFileStorage({ root: storageFolder, create: true });
  const base = withoutSettings(process.env);
  const startSandbox = (): Promise<SandboxProcess> =>
    startSandboxProcess({ folder, stateFolder: join(folder, 'sandbox'), env: base, emptyQueueWait });
  const [temporal, firstSandbox] = await Promise.all([
    options.ownTemporal === true ? ownTemporal() : sharedTemporal(),
    startSandbox(),
  ]);
  let sandbox = firstSandbox;
  const namespace = await createNamespace(temporal.address);
  const env = {
    ...base,
    ...stackEnvironment({
      announcement: sandbox.announcement,
      storageFolder,
      keys: formatKeys([generateKey('test-1')]),
      temporal: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: namespace },
    }),
    ...settings,
  };
  const workers: SigneringProcess[] = [];
  return {
    folder,
    storageFolder,
    env,
    temporal: {
      address: temporal.address,
      namespace,
      databaseFile: temporal.databaseFile,
      pid: temporal.process.pid,
    },
    admin: sandboxAdmin(sandbox.announcement.adminUrl),
    sandbox: () => sandbox,
    restartSandbox: async () => {
      sandbox = await startSandbox();
    },
    startWorker: async (own = {}) => {
      const workerFolder = join(folder, `worker-${workers.length + 1}`);
      const worker = await startWorkerProcess({ folder: workerFolder, env: { ...env, ...own } });
      workers.push(worker);
      return worker;
    },
    signering: (...args) => runSignering({ args, env, cwd: folder }),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop(GRACE_MS)));
      await sandbox.stop(GRACE_MS);
      if (options.ownTemporal === true) await temporal.stop();
    },
  };
}
