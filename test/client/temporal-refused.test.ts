import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { SigningClient } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { connectToTemporal } from '@signering/worker/internal/temporal-connections.js';
import { freshStorage } from '../fixtures/index.js';

/** Spec: gRPC, status codes. */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

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
