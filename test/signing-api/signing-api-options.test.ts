import assert from 'node:assert/strict';
import { InvalidInputError } from '../../schema/index.js';
import { createSigningApi } from '../../signing-api/index.js';
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
});
