import assert from 'node:assert/strict';
import { createSigningApi } from '@signering/signing-api';
import { SENDER_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { PROXY_PASSWORD, proxyUrl, startTestProxy, type TestProxy } from '../test-proxy.js';
import { startTestService, type TestService } from '../test-service.js';

describe('the name of the host', () => {
  let service: TestService;
  let proxy: TestProxy;
  const names: unknown[] = [];
  before(async () => {
    [service, proxy] = await Promise.all([startTestService(), startTestProxy()]);
    service.intercept = ({ socket }) => {
      names.push('servername' in socket ? socket.servername : undefined);
      return false;
    };
  });
  beforeEach(() => names.splice(0));
  after(async () => {
    await service.stop();
    await proxy.stop();
  });

  async function probe(host: string, through: { readonly proxy?: string } = {}): Promise<void> {
    const { sender, trusted } = await testCertificates();
    const api = createSigningApi({
      apiUrl: service.root.replace('127.0.0.1', host),
      certificate: sender,
      trustedCertificates: trusted,
      rateLimit: { callsPerSecond: 1000 },
      ...through,
    });
    try {
      await api.probe({ organizationNumber: SENDER_ORGANIZATION });
    } finally {
      await api.close();
    }
  }

  it('is sent in the TLS handshake, for hosts with several names', async () => {
    await probe('localhost');
    assert.deepEqual(names, ['localhost']);
  });

  it('is sent behind a proxy too', async () => {
    await probe('localhost', { proxy: proxyUrl({ port: proxy.port, password: PROXY_PASSWORD }) });
    assert.deepEqual(names, ['localhost']);
  });

  // Spec: RFC 6066, section 3: literal addresses are not permitted.
  it('is not told where there is only an address', async () => {
    await probe('127.0.0.1');
    assert.deepEqual(names, [false]);
  });
});
