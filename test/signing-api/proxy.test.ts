import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import type { SigningApiOptions } from '../../signing-api/index.js';
import { newPortalJob } from './new-portal-job.js';
import { SENDER_ORGANIZATION, SERVICE_ORGANIZATION, testCertificates } from './test-certificates.js';
import { listen, portOf, startTestService } from './test-service.js';

const USER = 'kari:nordmann';
const PASSWORD = 'p@ss/word:with colons';
const RIGHT = `Basic ${Buffer.from(`kari%3Anordmann:${PASSWORD}`).toString('base64')}`;

/** A proxy that connects for whoever has the right credentials. */
async function startProxy() {
  const targets: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    socket.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== RIGHT) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n');
      return;
    }
    targets.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
  });
  const stop = await listen(server);
  return { targets, stop, port: portOf(server) };
}

describe('a proxy', () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  before(async () => {
    proxy = await startProxy();
  });
  after(() => proxy.stop());

  const through = (password: string): Partial<SigningApiOptions> => ({
    proxy: `http://${encodeURIComponent(USER).replace('%3A', '%253A')}:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`,
  });

  it('with credentials is gone through, and the service sees the same certificate as without', async () => {
    const service = await startTestService({ api: through(PASSWORD) });
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
    const service = await startTestService({ certificate, api: through(PASSWORD) });
    try {
      await assert.rejects(service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), {
        code: 'SERVER_NOT_TRUSTED',
      });
      assert.deepEqual(service.requests, []);
    } finally {
      await service.stop();
    }
  });

  it('that is down makes the service unavailable', async () => {
    const down = await startProxy();
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
