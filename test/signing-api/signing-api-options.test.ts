import assert from 'node:assert/strict';
import { InvalidInputError } from '@signering/schema';
import { createSigningApi } from '@signering/signing-api';
import { resolveSigningApiOptions } from '@signering/signing-api/internal/signing-api-options.js';
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
          proxy: 'socks://user:s3cret@localhost',
          maxConnections: 1.5,
          userAgentSuffix: 'two\nlines',
          processes: 11,
          timeouts: { connectTimeoutMs: 0, answerTimeoutMs: -1 },
          rateLimit: { callsPerSecond: 0, maxWaitMs: -1 },
        }),
      (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.code, 'INVALID_SETTINGS');
        assert.ok(!error.message.includes('s3cret'));
        assert.deepEqual(
          error.facts.problems?.map(({ path }) => path),
          [
            'apiUrl',
            'apiUrl',
            'trustedCertificates',
            'serverOrganizationNumber',
            'proxy',
            'timeouts.connectTimeoutMs',
            'timeouts.answerTimeoutMs',
            'maxConnections',
            'userAgentSuffix',
            'processes',
            'rateLimit.callsPerSecond',
            'rateLimit.maxWaitMs',
          ],
        );
        return true;
      },
    );
  });

  it('have their defaults where they are undefined', async () => {
    const { sender } = await testCertificates();
    const timeouts = { connectTimeoutMs: undefined, answerTimeoutMs: 5000 };
    const resolved = resolveSigningApiOptions({ apiUrl: 'production', certificate: sender, timeouts });
    assert.deepEqual([resolved.timeouts.connectTimeoutMs, resolved.timeouts.answerTimeoutMs], [10_000, 5000]);
  });

  it('need no trusted certificates for an environment of Posten signering, and for any other API they do', async () => {
    const { sender } = await testCertificates();
    const trusted = (apiUrl: string) =>
      resolveSigningApiOptions({ apiUrl, certificate: sender }).certificates().trustedCertificates;
    assert.equal(trusted('production').length, 8);
    assert.equal(trusted('difitest').length, 8);
    assert.notDeepEqual(trusted('production'), trusted('difitest'));
    assert.throws(() => trusted('https://localhost:1/api'), /trustedCertificates: must hold at least one/);
  });

  it('take the environments of Posten signering by name, and any other by its root', async () => {
    const { sender, trusted } = await testCertificates();
    const rootOf = (apiUrl: string) =>
      resolveSigningApiOptions({ apiUrl, certificate: sender, trustedCertificates: trusted }).apiUrl.href;
    assert.equal(rootOf('production'), 'https://api.signering.posten.no/api');
    assert.equal(rootOf('difitest'), 'https://api.difitest.signering.posten.no/api');
    assert.equal(rootOf('https://localhost:1/api'), 'https://localhost:1/api');
  });
});
