import assert from 'node:assert/strict';
import { Client } from '@temporalio/client';
import { generateKey, InvalidInputError, SigningClient } from '@signering/client';

const KEY = generateKey('test');
const VALID = {
  organizationNumber: '910000007',
  storage: '/srv/signering',
  keys: [KEY],
  temporal: { connection: { address: 'temporal.example.com:7233' }, namespace: 'default' },
};

/** The problems of settings, as a program without types may give them. */
async function problemsOf(settings: unknown, temporalClient?: Client) {
  let problems: InvalidInputError['problems'] = [];
  const connecting = SigningClient.connect({
    settings,
    ...(temporalClient !== undefined && { temporalClient }),
  } as Parameters<typeof SigningClient.connect>[0]);
  await assert.rejects(connecting, (error) => {
    assert.ok(error instanceof InvalidInputError, String(error));
    assert.equal(error.code, 'INVALID_SETTINGS');
    ({ problems } = error);
    return true;
  });
  return problems;
}

describe('settings given to SigningClient.connect', () => {
  it('have no default for Temporal: a client of a production system must not look for it on its own machine', async () => {
    const { temporal: _, ...without } = VALID;
    for (const [settings, path, message] of [
      [without, 'temporal', /^is missing: .*connection: \{ address: 'localhost:7233' \}.* temporalClient/u],
      [{ ...VALID, temporal: { namespace: 'default' } }, 'temporal.connection', /^is missing/u],
      [
        { ...VALID, temporal: { connection: {}, namespace: 'default' } },
        'temporal.connection.address',
        /^is missing: .*host:port/u,
      ],
      [
        { ...VALID, temporal: { connection: VALID.temporal.connection } },
        'temporal.namespace',
        /^is missing/u,
      ],
    ] as const) {
      const problems = await problemsOf(settings);
      assert.deepEqual(
        problems.map((problem) => problem.path),
        [path],
      );
      assert.match(problems[0]!.message, message);
    }
  });

  it('need no Temporal where a client of Temporal is given', async () => {
    const { temporal: _, ...settings } = VALID;
    const temporalClient = new Client();
    const problems = await problemsOf({ ...settings, organizationNumber: '91' }, temporalClient);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['organizationNumber'],
    );
  });

  for (const [what, changes, paths] of [
    ['an organisation number with blanks', { organizationNumber: '910 000 007' }, ['organizationNumber']],
    ['the address of a storage', { storage: 'file:///srv/signering' }, ['storage']],
    [
      'invalid settings of S3',
      {
        s3: { endpoint: 's3.example.com', kmsKey: '' },
      },
      ['s3.endpoint', 's3.kmsKey'],
    ],
    ['an empty storage', { storage: '' }, ['storage']],
    ['no key', { keys: [] }, ['keys']],
    ['missing keys', { keys: undefined }, ['keys']],
    ['a text of keys', { keys: 'test:AAAA' }, ['keys']],
    [
      'keys of another length or name',
      {
        keys: [
          { id: 'a key', secret: KEY.secret },
          { id: 'b', secret: new Uint8Array(16) },
        ],
      },
      ['keys[0].id', 'keys[1].secret'],
    ],
    ['two keys with one id', { keys: [KEY, generateKey('test')] }, ['keys']],
    ['a task queue with a blank', { taskQueue: 'signering one' }, ['taskQueue']],
    ['a long polling queue', { pollingQueue: 'q'.repeat(101) }, ['pollingQueue']],
    ['an unknown sector', { sector: 'PRIVAT' }, ['sector']],
    ['an unknown check of identity numbers', { identityNumberCheck: false }, ['identityNumberCheck']],
    ['a moment that is none', { exitUrlsWithoutProofUntil: '31.01.2027' }, ['exitUrlsWithoutProofUntil']],
    [
      'a moment without a time zone',
      { exitUrlsWithoutProofUntil: '2027-01-31T00:00:00' },
      ['exitUrlsWithoutProofUntil'],
    ],
    ['a timeout that is none', { callTimeoutMs: 0 }, ['callTimeoutMs']],
    [
      'several mistakes',
      { organizationNumber: 910000007, keys: [], callTimeoutMs: Number.NaN },
      ['callTimeoutMs', 'keys', 'organizationNumber'],
    ],
  ] as const) {
    it(`are refused with ${what}, by its path and without its value`, async () => {
      const problems = await problemsOf({ ...VALID, ...changes });
      assert.deepEqual(problems.map(({ path }) => path).sort(), paths);
      for (const { message } of problems) assert.match(message, /^(?:must|names|is missing)/u);
    });
  }

  it('are refused when they are no object', async () => {
    assert.deepEqual(
      (await problemsOf(null)).map(({ path }) => path),
      ['settings'],
    );
  });

  it('are accepted with a date or a moment, until which exit URLs need no proof', async () => {
    for (const exitUrlsWithoutProofUntil of [
      '2027-01-31',
      '2027-01-31T00:00:00.000Z',
      '2027-01-31T00:00:00+01:00',
    ]) {
      const settings = { ...VALID, exitUrlsWithoutProofUntil, storage: '/there/is/none' };
      await assert.rejects(SigningClient.connect({ settings: { ...settings, keys: [KEY] } }), {
        code: 'STORAGE_UNAVAILABLE',
      });
    }
  });

  it('come with a valid time for calls, also as an option', async () => {
    const settings = { ...VALID, keys: [KEY] } as const;
    await assert.rejects(SigningClient.connect({ settings, callTimeoutMs: -1 }), {
      code: 'INVALID_REQUEST',
      message: /callTimeoutMs: must be/u,
    });
  });
});
