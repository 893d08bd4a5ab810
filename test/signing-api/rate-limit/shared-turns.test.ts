import assert from 'node:assert/strict';
import { createSigningApi, type SigningApi, type SigningApiOptions } from '@signering/signing-api';
import { enterpriseCertificate, SENDER_ORGANIZATION, testCertificates } from '../test-certificates.js';
import { startTestService, type TestService } from '../test-service.js';

const OTHER_ORGANIZATION = '987654321';

/** So that five calls find a turn within reach when they come at once: 4 times 112 ms to wait. */
const OWN_PACE = { rateLimit: { maxWaitMs: 500 } };

describe('several SigningApi of one process', () => {
  let service: TestService;
  let second: SigningApi;
  const another = async (options: Partial<SigningApiOptions> = {}) => {
    const { sender, trusted } = await testCertificates();
    return createSigningApi({
      apiUrl: service.root,
      certificate: sender,
      trustedCertificates: trusted,
      ...OWN_PACE,
      ...options,
    });
  };
  const probe = async (api: SigningApi) => api.probe({ organizationNumber: SENDER_ORGANIZATION });

  beforeEach(async () => {
    const { rateLimit } = OWN_PACE;
    service = await startTestService({ api: { rateLimit } });
    second = await another();
  });
  afterEach(async () => {
    await second.close();
    await service.stop();
  });

  it('take turns for one organisation', async () => {
    // Five each would all find a turn, if each kept a separate spacing. Of ten, the last would wait for twice the limit.
    const calls = Array.from({ length: 5 }, () => [probe(service.api), probe(second)]).flat();
    const turnedAway = (await Promise.allSettled(calls)).filter(
      (call): call is PromiseRejectedResult => call.status === 'rejected',
    );
    assert.ok(turnedAway.length >= 1);
    for (const { reason } of turnedAway)
      assert.equal((reason as { readonly code?: string }).code, 'RATE_LIMITED');
  });

  it('all stop when one of them hears that the organisation is blocked', async () => {
    service.answer = (response) => response.writeHead(429, { dosfilter: 'blocked' }).end();
    await assert.rejects(probe(service.api), {
      code: 'RATE_LIMITED',
      facts: { operation: 'probe', httpStatus: 429, retryAfterMs: 30_000 },
    });
    const asked = service.requests.length;
    await assert.rejects(probe(second), { code: 'RATE_LIMITED' });
    assert.equal(service.requests.length, asked);
  });

  it('do not wait for those of another organisation', async () => {
    const { authority } = await testCertificates();
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: OTHER_ORGANIZATION,
      name: 'Annen AS',
    });
    const other = await another({ certificate: enterpriseCertificate(issued, OTHER_ORGANIZATION) });
    service.answer = (response, { clientName }) =>
      clientName === 'Annen AS' ? response.end('You are 987654321') : response.writeHead(429).end();
    try {
      await assert.rejects(probe(service.api), { code: 'RATE_LIMITED' });
      assert.equal(await probe(other), 'You are 987654321');
    } finally {
      await other.close();
    }
  });
});
