import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SigningClient, SigningError } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { connectToTemporal } from '@signering/worker/internal/temporal-connections.js';
import { addSearchAttributes, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { pdfSaying, validRequest } from './requests.js';

/** Spec: gRPC, status codes. */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

describe('a Temporal without our search attributes, which a worker registers when it starts', () => {
  it('takes neither jobs nor a filter until then', async () => {
    const { address } = await sharedTemporal();
    const connection = await Connection.connect({ address });
    const namespace = `test-${randomUUID()}`;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const client = await SigningClient.connect({
      settings: {
        organizationNumber: '910000007',
        storage: await freshStorage(),
        keys: parseKeys(formatKeys([generateKey('test')])),
        temporal: { connection: { address }, namespace },
      },
    });
    const request = { ...validRequest(await pdfSaying('Lease')), reference: 'too early' };
    // A new namespace is not known to every part of Temporal at once.
    const failureOf = (call: () => Promise<unknown>) =>
      waitFor(
        async () => {
          const error: unknown = await call().then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          assert.ok(error instanceof SigningError, 'the call fails');
          return error.code !== 'TEMPORAL_REFUSED' && error;
        },
        { what: 'Temporal knows the namespace' },
      );
    for (const call of [
      () => client.startPortalJob(request),
      () => client.listJobs({ states: ['OVERDUE'] }),
      () => client.listQueues(),
    ]) {
      const { code, retryable, message } = await failureOf(call);
      assert.deepEqual([code, retryable], ['WORKER_UNAVAILABLE', true], message);
      assert.match(
        message,
        /does not know our search attributes yet\. Start a worker.* registers them when it starts\./u,
      );
    }
    await addSearchAttributes(connection, namespace);
    await waitFor(() => client.startPortalJob(request).catch(() => undefined), {
      what: 'the same call starts the job',
    });
    await client.close();
    await connection.close();
  });
});

describe('a Temporal that refuses the credentials', () => {
  let server: Http2Server;
  let status: number;
  let temporal: { connection: { address: string }; namespace: string };

  before(async () => {
    server = createServer();
    server.on('stream', (stream) => {
      const head = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(status) };
      stream.respond({ ...head, 'grpc-message': 'Request unauthorized.' }, { endStream: true });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    temporal = { connection: { address: `127.0.0.1:${port}` }, namespace: 'default' };
  });
  after(() => server.close());

  for (const refused of [UNAUTHENTICATED, PERMISSION_DENIED]) {
    it(`is not retried, by client or worker: gRPC status ${refused}`, async () => {
      status = refused;
      const settings = {
        organizationNumber: '910000007',
        storage: await freshStorage(),
        keys: parseKeys(formatKeys([generateKey('test')])),
        pollingQueue: 'signering-workflows',
        callTimeoutMs: 10_000,
        temporal,
      };
      const expected = { code: 'TEMPORAL_REFUSED', retryable: false, message: /TEMPORAL_API_KEY/u };
      await assert.rejects(SigningClient.connect({ settings }), expected);
      await assert.rejects(connectToTemporal(temporal), expected);
    });
  }
});
