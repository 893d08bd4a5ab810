import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@signering/schema';
import { inspectSettings, loadWorkerSettings } from '@signering/settings';
import { newSecret } from '../end-to-end/webhook-receiver.js';
import { formatKeys, generateKey } from '@signering/encryption';
import { freshFolder } from '../fixtures/index.js';

const SECRET = newSecret();
const RECEIVER = { id: 'cases', url: 'https://cases.example.com/hook', secrets: [SECRET] };

describe('settings of webhooks', () => {
  const folder = freshFolder('webhook-settings');
  const file = (content: string): string => {
    const path = join(folder, 'webhooks.json');
    writeFileSync(path, content);
    return path;
  };
  const env = (webhooks: unknown, others: Readonly<Record<string, string>> = {}) => ({
    XDG_CONFIG_HOME: folder,
    HOME: folder,
    SIGNERING_ORGANIZATION: '910000007',
    SIGNERING_STORAGE: folder,
    SIGNERING_KEYS: formatKeys([generateKey('a')]),
    SIGNERING_CERTIFICATE: file('{}'),
    SIGNERING_API_URL: 'difitest',
    SIGNERING_WEBHOOKS: file(typeof webhooks === 'string' ? webhooks : JSON.stringify(webhooks)),
    ...others,
  });

  it('name receivers, with the newest secret first', () => {
    const secrets = [newSecret(), SECRET];
    const { webhooks } = loadWorkerSettings(
      env({ receivers: [{ ...RECEIVER, secrets, types: ['job.archived'] }] }),
    );
    assert.deepEqual(webhooks, {
      receivers: [{ ...RECEIVER, secrets, types: ['job.archived'] }],
      privateAddresses: false,
    });
  });

  it('accept http where private addresses are allowed', () => {
    const receivers = [{ ...RECEIVER, url: 'http://localhost:3000/' }];
    const allowed = { SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES: 'yes' };
    assert.equal(loadWorkerSettings(env({ receivers }, allowed)).webhooks.privateAddresses, true);
    assert.throws(() => loadWorkerSettings(env({ receivers })), /the URL of cases must be https/u);
  });

  const weak = `whsec_${randomBytes(16).toString('base64')}`;
  const refused: Readonly<Record<string, unknown>> = {
    'text that is no JSON': '{',
    'no receivers': { receivers: [] },
    'two receivers of one id': { receivers: [RECEIVER, RECEIVER] },
    'an id with capital letters': { receivers: [{ ...RECEIVER, id: 'Cases' }] },
    'a URL with a password': { receivers: [{ ...RECEIVER, url: 'https://a:b@cases.example.com/' }] },
    'another scheme': { receivers: [{ ...RECEIVER, url: 'ftp://cases.example.com/' }] },
    'a secret that is too short': { receivers: [{ ...RECEIVER, secrets: [weak] }] },
    'no secret': { receivers: [{ ...RECEIVER, secrets: [] }] },
    'an unknown type': { receivers: [{ ...RECEIVER, types: ['job.sent'] }] },
    'an unknown member': { receivers: [{ ...RECEIVER, secret: SECRET }] },
  };
  for (const [what, content] of Object.entries(refused)) {
    it(`refuse ${what}, without printing a secret`, () => {
      const settings = env(content);
      assert.throws(
        () => loadWorkerSettings(settings),
        (error) => {
          assert.ok(error instanceof InvalidInputError);
          assert.ok(error.problems.every(({ path }) => path === 'SIGNERING_WEBHOOKS'));
          assert.ok(!error.message.includes(SECRET) && !error.message.includes(weak), error.message);
          return true;
        },
      );
      assert.equal(inspectSettings(settings).problems[0]?.path, 'SIGNERING_WEBHOOKS');
    });
  }
});
