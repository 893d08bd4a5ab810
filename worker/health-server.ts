import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Logger } from '@temporalio/worker';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import { formatListenAddress, type ListenAddress } from '@signering/settings';

/** What must hold for the worker to be ready, by name. */
export type ReadinessChecks = Readonly<Record<string, () => boolean | Promise<boolean>>>;

/** The argument of {@link startHealthServer}. */
export interface HealthServerOptions {
  readonly address: ListenAddress;
  readonly logger: Logger;
}

/** A running health server. */
export interface HealthServer {
  /** Runs these checks from now on; until then the worker is not ready. */
  report(checks: ReadinessChecks): void;
  close(): Promise<void>;
}

/** A check that takes longer has failed: a network file system may hang. */
const CHECK_WITHIN_MS = 2000;

/** Concurrent and repeated requests within this time share one result, so that they cannot load Temporal. */
const REUSED_FOR_MS = 500;

/**
 * Serves `/healthz` (the process runs) and `/readyz` (every check passes, otherwise 503; the body names each).
 * @throws INVALID_SETTINGS if the address is taken
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { address, logger } = options;
  let checks: ReadinessChecks = { started: () => false };
  const ready = reused(() => runChecks(checks));
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(response.setHeader('allow', 'GET, HEAD'), 405, { error: 'Only GET is possible.' });
    } else if (path === '/healthz') {
      send(response, 200, { status: 'ok' });
    } else if (path === '/readyz') {
      void ready().then((results) =>
        send(response, Object.values(results).every(Boolean) ? 200 : 503, results),
      );
    } else {
      send(response, 404, { error: 'The worker has /healthz and /readyz.' });
    }
  });
  const { host, port } = address;
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (cause) {
    const message = `${formatListenAddress(address)} cannot be listened on (${errorCodeOf(cause) ?? 'unknown error'}): choose another address`;
    const problem = { path: 'SIGNERING_HEALTH_ADDRESS', message };
    throw new InvalidInputError('INVALID_SETTINGS', 'The worker cannot start', [problem], { cause });
  }
  const bound = server.address();
  const actual = { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
  logger.info('Health is served for probes, as SIGNERING_HEALTH_ADDRESS says.', {
    url: `http://${formatListenAddress(actual)}/readyz`,
  });
  return {
    report: (reported) => {
      checks = reported;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function runChecks(checks: ReadinessChecks): Promise<Readonly<Record<string, boolean>>> {
  const results = Object.entries(checks).map(async ([name, check]) => [name, await passes(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function passes(check: ReadinessChecks[string]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHECK_WITHIN_MS, false);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function reused<T>(run: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at > REUSED_FOR_MS) {
      last = { at: performance.now(), result: run() };
    }
    return last.result;
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}
