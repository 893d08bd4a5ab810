import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgressSink } from '@signering/cli';
import { SEARCH_ATTRIBUTE_TYPES, SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { endLeftover, startOwnedProcess, type OwnedProcess } from './owned-process.js';
import { forgetPorts, rememberedPorts } from './remembered-ports.js';
import { findTemporalExecutable } from './temporal-executable.js';
import { waitForTemporal } from './temporal-readiness.js';

/** The argument of {@link startTemporalServer}. */
export interface TemporalServerOptions {
  /** Folder of the database, the log, the ports and the record of the process. */
  readonly stateFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether to start Temporal Web too. @default true */
  readonly web?: boolean;
  /** Codec server that Temporal Web calls to decode payloads. @default none */
  readonly codecUrl?: string;
  /** Values of Temporal's dynamic configuration, such as `limit.historyCount.suggestContinueAsNew`. @default none */
  readonly dynamicConfig?: Readonly<Record<string, number>>;
  /** Output for the progress of long steps. @default process.stderr */
  readonly out?: ProgressSink;
}

/** A Temporal dev server that this process started. */
export interface TemporalServer {
  /** `host:port` of the gRPC interface. */
  readonly address: string;
  readonly namespace: 'default';
  /** Temporal Web, if requested. */
  readonly webUrl?: string;
  /** The SQLite file; its `-wal` and `-shm` files are beside it. */
  readonly databaseFile: string;
  readonly logFile: string;
  readonly process: OwnedProcess;
  stop(): Promise<void>;
}

// A cold start on a busy machine; a warm one takes a second.
const READY_WITHIN_MS = 60_000;
const GRACE_MS = 10_000;
const ATTEMPTS = 3;

/**
 * Starts a Temporal dev server on a database file, with the product's search attributes. A server that an earlier,
 * killed process left behind on the same folder is ended first: two of them would damage the database.
 * @throws TEMPORAL_UNAVAILABLE if no server is available or it does not start
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { stateFolder, env } = options;
  const executable = await findTemporalExecutable(options);
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  await endLeftover(join(stateFolder, 'temporal.process.json'), GRACE_MS);
  const failures: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await tryToStart({ ...options, executable, env });
    if (typeof outcome !== 'string') return outcome;
    failures.push(outcome);
    // Between choosing a free port and taking it, another process may have taken it.
    forgetPorts(join(stateFolder, 'temporal.ports.json'));
  }
  throw new SigningError(
    'TEMPORAL_UNAVAILABLE',
    `The Temporal dev server (${executable}) did not start: ${failures.at(-1) ?? ''}. ` +
      `Its log is ${join(stateFolder, 'temporal.log')}; if its database is damaged, remove ${stateFolder} to start afresh.`,
  );
}

async function tryToStart(
  options: TemporalServerOptions & { readonly executable: string },
): Promise<TemporalServer | string> {
  const { stateFolder, env, executable, web = true, codecUrl, dynamicConfig = {} } = options;
  const databaseFile = join(stateFolder, 'temporal.db');
  const logFile = join(stateFolder, 'temporal.log');
  const ports = await rememberedPorts(
    join(stateFolder, 'temporal.ports.json'),
    web ? ['grpc', 'web'] : ['grpc'],
  );
  const address = `127.0.0.1:${ports.grpc}`;
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(ports.grpc),
    '--log-level',
    'warn',
  ];
  args.push('--db-filename', databaseFile);
  args.push(...(web ? ['--ui-port', String(ports.web)] : ['--headless']));
  if (web && codecUrl !== undefined) args.push('--ui-codec-endpoint', codecUrl);
  for (const [name, value] of Object.entries(dynamicConfig)) {
    args.push('--dynamic-config-value', `${name}=${value}`);
  }
  for (const { name, type } of SIGNING_SEARCH_ATTRIBUTES) {
    args.push('--search-attribute', `${name}=${SEARCH_ATTRIBUTE_TYPES[type].name}`);
  }
  const server = startOwnedProcess({
    command: executable,
    args,
    env,
    logFile,
    recordFile: join(stateFolder, 'temporal.process.json'),
  });
  let ending: string | undefined;
  void server.ended.then((how) => {
    ending = how;
  });
  const ready = await waitForTemporal({
    address,
    namespace: 'default',
    withinMs: READY_WITHIN_MS,
    giveUp: () => ending !== undefined,
  });
  if (!ready) {
    await server.stop(GRACE_MS);
    return `${ending ?? 'it did not answer in time'} (${lastLine(logFile)})`;
  }
  return {
    address,
    namespace: 'default',
    ...(web ? { webUrl: `http://127.0.0.1:${ports.web}` } : {}),
    databaseFile,
    logFile,
    process: server,
    stop: () => server.stop(GRACE_MS),
  };
}

function lastLine(logFile: string): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
}
