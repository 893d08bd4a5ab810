import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCodecServer } from '@signering/codec-server';
import { ROLES } from '@signering/codec-server/internal/caller.js';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { createPayloadCodec, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { SETTINGS, type Setting } from '@signering/settings';
import { codeBlocks, codeWords, sectionUnder, tableRowsUnder } from '../docs/markdown.js';
import { readProjectFile } from '../docs/project-files.js';
import { freshFolder, runSignering, waitFor } from '../fixtures/index.js';
import { bodyOf, plainPayload, post, valuesOf } from './codec-requests.js';
import { startOidcIssuer } from './oidc-issuer.js';

const SECTION = sectionUnder(readProjectFile('docs/operating.md'), '## The codec server');
const KEYS = formatKeys([generateKey('2026-11')]);

describe('signering codec-server', () => {
  async function startCommand(cwd: string) {
    const child = spawn(process.execPath, [SIGNERING_COMMAND, 'codec-server'], {
      cwd,
      env: withoutSettings(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const url = await waitFor(() => /listens on (http:[^\s,]+),/u.exec(said)?.[1], {
      what: 'the codec server listens',
      explain: () => said,
    });
    return {
      url,
      printed: () => printed,
      said: () => said,
      stop: async () => {
        child.kill('SIGTERM');
        return (await once(child, 'exit')) as readonly unknown[];
      },
    };
  }

  it('runs with the settings that docs/operating.md shows, warns of a key file that every user can read, and stops on SIGTERM', async () => {
    const cwd = freshFolder('codec-server');
    const issuer = await startOidcIssuer();
    const [shown = ''] = codeBlocks(SECTION, 'ini');
    writeFileSync(join(cwd, 'key-2026-11'), `${KEYS}\n`, { mode: 0o644 });
    writeFileSync(
      join(cwd, '.env'),
      shown
        .replace('127.0.0.1:8081', '127.0.0.1:0')
        .replace('https://login.example.com/jwks', issuer.jwksUrl)
        .replace('https://login.example.com', issuer.issuer),
    );
    const command = await startCommand(cwd);
    try {
      const payloads = await createPayloadCodec(parseKeys(KEYS)).encode([plainPayload('decoded')]);
      const token = await issuer.token({ roles: ['signering-full'] });
      const answer = await post({ url: `${command.url}/decode`, token, body: bodyOf(payloads) });
      assert.deepEqual(valuesOf(answer), ['decoded']);
      assert.match(
        command.said(),
        /SIGNERING_KEYS_FILE names a file with secrets that every user .*: chmod o= /u,
      );
      assert.deepEqual(await command.stop(), [0, null]);
    } finally {
      await issuer.close();
    }
  });

  it('has the roles that docs/operating.md lists, under the names of the settings', () => {
    const settings: readonly Setting[] = SETTINGS;
    assert.deepEqual(
      tableRowsUnder(SECTION, '### Roles').map((cells) => cells.slice(0, 2).flatMap(codeWords)),
      ROLES.map((role) => [
        role,
        settings.find(({ name }) => name === `SIGNERING_CODEC_${role}_ROLE`)?.default,
      ]),
    );
  });

  it('takes static tokens of a file, also in the path, and prints the audit log', async () => {
    const cwd = freshFolder('codec-server');
    const [shown = ''] = codeBlocks(SECTION, 'json');
    writeFileSync(join(cwd, 'tokens.json'), shown);
    writeFileSync(
      join(cwd, '.env'),
      `SIGNERING_KEYS="${KEYS}"\nSIGNERING_CODEC_LISTEN=127.0.0.1:0\nSIGNERING_CODEC_TOKENS=tokens.json\n`,
    );
    const [{ token }] = JSON.parse(shown) as [{ readonly token: string }];
    const command = await startCommand(cwd);
    const payloads = await createPayloadCodec(parseKeys(KEYS)).encode([plainPayload('kari@example.com')]);
    const body = bodyOf(payloads);
    for (const request of [
      { url: `${command.url}/${token}/decode`, body },
      { url: `${command.url}/decode`, body, token },
    ]) {
      assert.deepEqual(valuesOf(await post(request)), ['k***@example.com']);
    }
    for (const wrong of [`${token}x`, 'short', '__proto__']) {
      assert.equal((await post({ url: `${command.url}/${wrong}/decode`, body })).status, 401);
    }
    assert.deepEqual(await command.stop(), [0, null]);
    const lines = command.printed().trim().split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /"role":"MASKED","payloads":1,.*"who":"kari"/u);
    assert.doesNotMatch(command.printed(), new RegExp(token, 'u'));
  });

  it('names every mistake in its settings, without a secret', async () => {
    const taken = await startOidcIssuer();
    const oidc = {
      SIGNERING_CODEC_ISSUER: 'https://login.example.com',
      SIGNERING_CODEC_AUDIENCE: 'temporal',
      SIGNERING_CODEC_JWKS: 'https://login.example.com/jwks',
    };
    const cases: readonly (readonly [NodeJS.ProcessEnv, RegExp])[] = [
      [{}, /SIGNERING_CODEC_ISSUER: is not set: set it with .* SIGNERING_CODEC_TOKENS/u],
      [
        { SIGNERING_CODEC_ISSUER: 'a' },
        /SIGNERING_CODEC_AUDIENCE: is not set.*SIGNERING_CODEC_JWKS: is not set/u,
      ],
      [
        { ...oidc, SIGNERING_CODEC_JWKS: 'http://login.example.com/jwks' },
        /SIGNERING_CODEC_JWKS: must be an https/u,
      ],
      [
        { ...oidc, SIGNERING_CODEC_ORIGINS: 'https://a.example/path' },
        /SIGNERING_CODEC_ORIGINS: must be origins/u,
      ],
      [{ ...oidc, SIGNERING_CODEC_ORIGINS: '*' }, /SIGNERING_CODEC_ORIGINS: must be origins/u],
      [{ ...oidc, SIGNERING_CODEC_LISTEN: '8081' }, /SIGNERING_CODEC_LISTEN: must be host:port/u],
      [
        { ...oidc, SIGNERING_CODEC_LISTEN: new URL(taken.issuer).host },
        /SIGNERING_CODEC_LISTEN: .* cannot be listened on/u,
      ],
      [
        { ...oidc, SIGNERING_CODEC_AUDIT_LOG: '/nowhere/audit.log' },
        /SIGNERING_CODEC_AUDIT_LOG: names a file/u,
      ],
      [{ ...oidc, SIGNERING_CODEC_TOKENS: 'tokens.json' }, /SIGNERING_CODEC_ISSUER: is set together with/u],
      [
        { SIGNERING_CODEC_TOKENS: 'tokens.json', SIGNERING_CODEC_LISTEN: '0.0.0.0:8081' },
        /SIGNERING_CODEC_LISTEN: must have a loopback host/u,
      ],
      [
        { SIGNERING_CODEC_TOKENS: 'tokens.json' },
        /SIGNERING_CODEC_TOKENS: names a file that cannot be read/u,
      ],
      [
        { SIGNERING_CODEC_TOKENS: SIGNERING_COMMAND },
        /SIGNERING_CODEC_TOKENS: names a file that is not JSON/u,
      ],
    ];
    const report = (sentence: string) => assert.fail(sentence);
    for (const [settings, expected] of cases) {
      await assert.rejects(startCodecServer({ env: { SIGNERING_KEYS: KEYS, ...settings }, report }), {
        code: 'INVALID_SETTINGS',
        message: expected,
      });
    }
    await taken.close();
    const { exitCode, stderr } = await runSignering({
      args: ['codec-server'],
      env: { ...withoutSettings(process.env), SIGNERING_KEYS: `${KEYS}x` },
      cwd: freshFolder('codec-server'),
    });
    assert.equal(exitCode, 2);
    assert.match(stderr, /SIGNERING_CODEC_ISSUER: .*SIGNERING_KEYS\[0\]: /u);
    assert.ok(!stderr.includes(KEYS.slice(10)));
  });
});
