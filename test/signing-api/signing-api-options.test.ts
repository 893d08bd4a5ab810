import assert from 'node:assert/strict';
import { InvalidInputError } from '../../schema/index.js';
import { createSigningApi } from '../../signing-api/index.js';
import { resolveSigningApiOptions } from '../../signing-api/signing-api-options.js';
import { testCertificates } from './test-certificates.js';

describe('the options of the signature API', () => {
  it('are refused with every mistake named', async () => {
    const { sender } = await testCertificates();
    assert.throws(
      () =>
        createSigningApi({
          apiUrl: 'http://localhost/api?a=b',
          certificate: sender,
          trustedCertificates: [],
          serverOrganizationNumber: 'Posten',
          processes: 0,
          timeouts: { connectTimeoutMs: 0, answerTimeoutMs: -1 },
          rateLimit: { callsPerSecond: 0, maxWaitMs: -1 },
        }),
      (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.code, 'INVALID_SETTINGS');
        assert.deepEqual(
          error.facts.problems?.map(({ path }) => path),
          [
            'apiUrl',
            'apiUrl',
            'trustedCertificates',
            'serverOrganizationNumber',
            'processes',
            'timeouts.connectTimeoutMs',
            'timeouts.answerTimeoutMs',
            'rateLimit.callsPerSecond',
            'rateLimit.maxWaitMs',
          ],
        );
        return true;
      },
    );
  });

  it("give each process its share of the organisation's calls", async () => {
    const { sender, trusted } = await testCertificates();
    const options = { apiUrl: 'https://localhost/api', certificate: sender, trustedCertificates: trusted };
    assert.equal(resolveSigningApiOptions(options).rateLimit.callsPerSecond, 9);
    assert.equal(resolveSigningApiOptions({ ...options, processes: 3 }).rateLimit.callsPerSecond, 3);
  });
});
