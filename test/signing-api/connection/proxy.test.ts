import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import type { SigningApiOptions } from '@signering/signing-api';
import { newPortalJob } from '../new-portal-job.js';
import { SENDER_ORGANIZATION, SERVICE_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { PROXY_PASSWORD, proxyUrl, startTestProxy, type TestProxy } from '../test-proxy.js';
import { listen, portOf, startTestService } from '../test-service.js';

describe('a proxy', () => {
  let proxy: TestProxy;
  before(async () => {
    proxy = await startTestProxy();
  });
  after(() => proxy.stop());

  const through = (password: string): Partial<SigningApiOptions> => ({
    proxy: proxyUrl({ port: proxy.port, password }),
  });

  it('with credentials is gone through, and the service sees the same certificate as without', async () => {
    const service = await startTestService({ api: through(PROXY_PASSWORD) });
    service.answer = (response) => response.end('You are 123456789');
    try {
      await service.api.probe({ organizationNumber: SENDER_ORGANIZATION });
      assert.equal(service.requests[0]?.clientName, 'Avsender AS');
      assert.equal(service.requests[0].headers['proxy-authorization'], undefined);
      assert.deepEqual(proxy.targets, [new URL(service.root).host]);
    } finally {
      await service.stop();
    }
  });

  it('that refuses our credentials is named, and they are not', async () => {
    const service = await startTestService({ api: through('wr0ng-secret') });
    try {
      for (const call of [
        service.api.probe({ organizationNumber: SENDER_ORGANIZATION }),
        service.api.portal.createSignatureJob(newPortalJob()),
      ]) {
        await assert.rejects(call, (error: Error) => {
          assert.equal('code' in error && error.code, 'PROXY_REFUSED');
          assert.match(error.message, /HTTP 407/u);
          const whole = inspect(error, { depth: 10 });
          assert.ok(!whole.includes('wr0ng-secret') && !whole.includes('nordmann'));
          assert.ok(!whole.includes(Buffer.from('wr0ng-secret').toString('base64').slice(0, 8)));
          return true;
        });
      }
      assert.deepEqual(service.requests, []);
    } finally {
      await service.stop();
    }
  });

  it('does not lessen the check of the server behind it', async () => {
    const { authority } = await testCertificates();
    const certificate = await authority.issueEnterpriseCertificate({
      organizationNumber: `1${SERVICE_ORGANIZATION}`,
      name: 'Posten Bring AS',
    });
    const service = await startTestService({ certificate, api: through(PROXY_PASSWORD) });
    try {
      await assert.rejects(service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), {
        code: 'SERVER_NOT_TRUSTED',
      });
      assert.deepEqual(service.requests, []);
    } finally {
      await service.stop();
    }
  });

  it('that never answers is given up within the time for a connection', async () => {
    const silent = createServer();
    const stop = await listen(silent);
    const service = await startTestService({
      api: { proxy: `http://127.0.0.1:${portOf(silent)}`, timeouts: { connectTimeoutMs: 2000 } },
    });
    try {
      await assert.rejects(service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), (error: Error) => {
        assert.equal('code' in error && error.code, 'SERVICE_UNAVAILABLE');
        assert.match(error.message, /the proxy did not answer within 2000 ms/u);
        return true;
      });
    } finally {
      await service.stop();
      await stop();
    }
  });

  it('that is down makes the service unavailable', async () => {
    const down = await startTestProxy();
    await down.stop();
    const service = await startTestService({ api: { proxy: `http://127.0.0.1:${down.port}` } });
    try {
      await assert.rejects(service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), {
        code: 'SERVICE_UNAVAILABLE',
        retryable: true,
      });
    } finally {
      await service.stop();
    }
  });
});
