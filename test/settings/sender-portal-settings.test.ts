import assert from 'node:assert/strict';
import { formatKeys, generateKey } from '@signering/encryption';
import { InvalidInputError } from '@signering/schema';
import { loadSenderPortalSettings, SETTINGS } from '@signering/settings';
import { freshFolder } from '../fixtures/index.js';

describe('settings of the sender portal', () => {
  const home = freshFolder('portal-settings');
  const env = {
    // Keeps Temporal's own configuration files of this user out of the test.
    XDG_CONFIG_HOME: home,
    HOME: home,
    SIGNERING_ORGANIZATION: '910000007',
    SIGNERING_STORAGE: home,
    SIGNERING_KEYS: formatKeys([generateKey('a')]),
    SIGNERING_PORTAL_URL: 'https://signing.example.com',
    SIGNERING_PORTAL_DATABASE: 'postgresql://portal:very-secret@localhost/portal',
    SIGNERING_PORTAL_ISSUER: 'https://login.example.com',
    SIGNERING_PORTAL_CLIENT_ID: 'portal',
    SIGNERING_PORTAL_CLIENT_SECRET: 'very-secret',
    SIGNERING_PORTAL_MANAGERS: '910000007=anne@example.com, 910000015=per@example.com',
  };

  function problemsOf(variables: Readonly<Record<string, string>>) {
    try {
      loadSenderPortalSettings(variables);
    } catch (error) {
      assert.ok(error instanceof InvalidInputError);
      assert.equal(error.code, 'INVALID_SETTINGS');
      return { paths: error.facts.problems?.map(({ path }) => path).sort(), message: error.message };
    }
    return assert.fail('accepted');
  }

  it('are those of a client and its own', () => {
    const { client, listen, ...own } = loadSenderPortalSettings(env);
    assert.equal(client.organizationNumber, '910000007');
    assert.deepEqual(listen, { host: '127.0.0.1', port: 8090 });
    assert.deepEqual(own.managers, [
      { organizationNumber: '910000007', emailAddress: 'anne@example.com' },
      { organizationNumber: '910000015', emailAddress: 'per@example.com' },
    ]);
    assert.deepEqual(own.database, { postgresql: env.SIGNERING_PORTAL_DATABASE });
  });

  it('name organisations, also with commas in their names', () => {
    const named = {
      ...env,
      SIGNERING_PORTAL_ORGANIZATIONS: '910000007=Berg, Dal & Co, 910000015=Storvik kommune',
    };
    assert.deepEqual(
      [...loadSenderPortalSettings(named).organizationNames],
      [
        ['910000007', 'Berg, Dal & Co'],
        ['910000015', 'Storvik kommune'],
      ],
    );
  });

  it('name everything that is missing', () => {
    const required = SETTINGS.filter(({ required, readBy }) => {
      return required && readBy.some((program) => program === 'portal' || program === 'client');
    });
    const { paths } = problemsOf({ HOME: home });
    assert.deepEqual(paths, required.map(({ name }) => name).sort());
  });

  it('are rejected with every mistake at once, and without their secrets', () => {
    const wrong = {
      SIGNERING_PORTAL_LISTEN: 'anywhere',
      SIGNERING_PORTAL_URL: 'https://signing.example.com/path',
      SIGNERING_PORTAL_DATABASE: 'mysql://portal:very-secret@localhost/portal',
      SIGNERING_PORTAL_ISSUER: 'http://login.example.com',
      SIGNERING_PORTAL_MANAGERS: 'anne@example.com',
      SIGNERING_PORTAL_SERVICE_URL: 'ftp://example.com',
      SIGNERING_PORTAL_ORGANIZATIONS: 'Storvik kommune',
    };
    const { paths, message } = problemsOf({ ...env, ...wrong });
    assert.deepEqual(paths, Object.keys(wrong).sort());
    assert.ok(!message.includes('very-secret'));
  });

  it('accept the embedded database only where browsers use a loopback address', () => {
    const embedded = { ...env, SIGNERING_PORTAL_DATABASE: `embedded:${home}/portal` };
    assert.deepEqual(problemsOf(embedded).paths, ['SIGNERING_PORTAL_DATABASE']);
    const local = { ...embedded, SIGNERING_PORTAL_URL: 'http://127.0.0.1:8090' };
    assert.deepEqual(loadSenderPortalSettings(local).database, { folder: `${home}/portal` });
  });
});
