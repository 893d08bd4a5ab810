import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import {
  startTemporalServer,
  withoutSettings,
  type TemporalServer,
} from '@signering/dev-stack/internal/processes/index.js';
import { SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import { freshFolder } from './run-folder.js';

// Spec: temporal.api.enums.v1.IndexedValueType.
const INDEXED_VALUE_TYPES = { KEYWORD: 2, DATETIME: 6 } as const;

let server: Promise<TemporalServer> | undefined;

/** The run's one Temporal dev server, started when the first test asks for it. */
export function sharedTemporal(): Promise<TemporalServer> {
  server ??= ownTemporal();
  return server;
}

/** A Temporal dev server of one's own, to read its database file or to kill it. The caller stops it. */
export function ownTemporal(): Promise<TemporalServer> {
  return startTemporalServer({
    stateFolder: freshFolder('temporal'),
    env: withoutSettings(process.env),
    web: false,
  });
}

/** Stops the run's server, if there was one. */
export async function stopSharedTemporal(): Promise<void> {
  await (await server)?.stop();
  server = undefined;
}

/** Makes a namespace of the test's own, with the product's search attributes. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    await addSearchAttributes(connection, namespace);
    return namespace;
  } finally {
    await connection.close();
  }
}

/** Makes the product's search attributes known to a namespace that has none of them. */
export async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      SIGNING_SEARCH_ATTRIBUTES.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]]),
    ),
  });
}
