import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { InvalidInputError } from '@signering/schema';
import { loadWorkerSettings } from '@signering/settings';

const PACE = 'SIGNERING_SANDBOX_CALLS_PER_SECOND';
const READABLE = fileURLToPath(import.meta.url);

const load = (apiUrl: string, pace: string) =>
  loadWorkerSettings({
    SIGNERING_ORGANIZATION: '910000007',
    SIGNERING_STORAGE: '/srv/signering',
    SIGNERING_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
    // Only looked at for whether they can be read.
    SIGNERING_CERTIFICATE: READABLE,
    SIGNERING_TRUSTED_CERTIFICATES: READABLE,
    SIGNERING_API_URL: apiUrl,
    [PACE]: pace,
  });

function assertRefused(apiUrl: string, pace: string, message: RegExp): void {
  assert.throws(
    () => load(apiUrl, pace),
    (error) => {
      assert.ok(error instanceof InvalidInputError);
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        [PACE],
      );
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('settings for a sandbox', () => {
  it('permit calls without a rate limit only where the API is on this machine', () => {
    for (const host of ['localhost', '127.0.0.1:8443', '[::1]:8443']) {
      assert.equal(load(`https://${host}/api`, 'unlimited').isSandboxUnlimited, true);
    }
    for (const url of [
      'production',
      'difitest',
      'https://localhost.example.com',
      'https://api.example.com',
    ]) {
      assertRefused(url, 'unlimited', /where SIGNERING_API_URL is a sandbox on this machine/u);
    }
    assertRefused('https://localhost/api', '100', /must be one of unlimited/u);
  });
});
