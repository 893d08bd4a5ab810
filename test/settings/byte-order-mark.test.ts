import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staticTokens } from '@signering/codec-server/internal/static-tokens.js';
import { formatKeys, generateKey } from '@signering/encryption';
import { loadTemporalSettings, loadWorkerSettings, readEnvironment } from '@signering/settings';
import { freshFolder } from '../fixtures/index.js';

describe('a byte order mark, which editors on Windows write', () => {
  const folder = freshFolder('byte-order-mark');
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), `\uFEFF${content}`);
    return join(folder, name);
  };

  it('is no part of a .env file, a secret, a list of webhook receivers, a Temporal profile or tokens', async () => {
    file('.env', 'SIGNERING_ORGANIZATION=910000007\nSIGNERING_LOG_LEVEL=warn\n');
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    const receivers = [{ id: 'cases', url: 'https://cases.example.com/hook', secrets: [secret] }];
    const env = readEnvironment({
      cwd: folder,
      env: {
        XDG_CONFIG_HOME: folder,
        HOME: folder,
        SIGNERING_STORAGE: folder,
        SIGNERING_KEYS: formatKeys([generateKey('a')]),
        SIGNERING_API_URL: 'difitest',
        SIGNERING_CERTIFICATE: file('certificate.p12', ''),
        SIGNERING_CERTIFICATE_PASSWORD_FILE: file('password', 's3cret\r\n'),
        SIGNERING_WEBHOOKS: file('webhooks.json', JSON.stringify({ receivers })),
        TEMPORAL_CONFIG_FILE: file('temporal.toml', '[profile.default]\naddress = "from-file:7233"\n'),
      },
    });
    const { organizationNumber, certificate, webhooks } = loadWorkerSettings(env);
    assert.equal(organizationNumber, '910000007');
    assert.equal(certificate.password, 's3cret');
    assert.deepEqual(webhooks.receivers, receivers);
    assert.equal(loadTemporalSettings(env).connection.address, 'from-file:7233');

    const token = 'a'.repeat(32);
    const tokens = file('tokens.json', JSON.stringify([{ name: 'kari', token, roles: ['FULL'] }]));
    assert.equal((await staticTokens(tokens).callerOf(token)).who, 'kari');
  });
});
