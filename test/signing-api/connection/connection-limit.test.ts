import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { waitFor } from '../../fixtures/index.js';
import { SENDER_ORGANIZATION } from '../test-certificates.js';
import { startTestService } from '../test-service.js';

describe('the limit of connections', () => {
  it('lets calls wait for a free connection, and uses that one', async () => {
    const service = await startTestService({ api: { maxConnections: 1 } });
    const ports = new Set<number | undefined>();
    service.answer = (response) => {
      ports.add(response.socket?.remotePort);
      response.end('You are 123456789');
    };
    try {
      await Promise.all(
        Array.from({ length: 4 }, async () => service.api.probe({ organizationNumber: SENDER_ORGANIZATION })),
      );
      assert.equal(service.requests.length, 4);
      assert.equal(ports.size, 1);
    } finally {
      await service.stop();
    }
  });

  it('fails a call that finds none in time, with nothing sent', async () => {
    const service = await startTestService({
      api: { maxConnections: 2, timeouts: { connectTimeoutMs: 3000 } },
    });
    const held: ServerResponse[] = [];
    service.answer = (response) => held.push(response);
    const probe = async () => service.api.probe({ organizationNumber: SENDER_ORGANIZATION });
    try {
      const served = [probe(), probe()];
      await waitFor(() => held.length === 2, { what: 'both connections are in use' });
      await assert.rejects(probe(), (error: Error) => {
        assert.equal('code' in error && error.code, 'SERVICE_UNAVAILABLE');
        assert.match(error.message, /none of 2 connections became free within 3000 ms/u);
        return true;
      });
      assert.equal(service.requests.length, 2);
      for (const response of held) response.end('You are 123456789');
      assert.deepEqual(await Promise.all(served), ['You are 123456789', 'You are 123456789']);
    } finally {
      await service.stop();
    }
  });
});
