import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startCodecServer, type CodecServer } from '@signering/codec-server';
import { createPayloadCodec, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import type { Environment } from '@signering/settings';
import { freshFolder } from '../fixtures/index.js';
import { identityNumbersOf } from '../identity-numbers.js';
import { bodyOf, plainPayload, post, valuesOf, type CodecAnswer } from './codec-requests.js';
import { AUDIENCE, startOidcIssuer, type OidcIssuer } from './oidc-issuer.js';

const KEY = generateKey('2026-11');
const OTHER_KEY = generateKey('unknown');
const [SIGNER = ''] = identityNumbersOf({ day: 14, month: 83 }, 1);
const SIGNERS = { signers: [{ personalIdentificationNumber: SIGNER }] };
const WEB = 'https://temporal.example.com';

const codec = createPayloadCodec(parseKeys(formatKeys([KEY])));
const otherCodec = createPayloadCodec(parseKeys(formatKeys([OTHER_KEY])));

describe('the codec server', () => {
  const reports: string[] = [];
  let issuer: OidcIssuer;
  let other: OidcIssuer;
  let server: CodecServer;
  let auditFolder: string;
  let auditLog: string;
  let encrypted: ReturnType<typeof bodyOf>;
  const tokens: Record<string, string> = {};

  before(async () => {
    [issuer, other] = await Promise.all([startOidcIssuer(), startOidcIssuer()]);
    auditFolder = join(freshFolder('codec-audit'), 'audit');
    mkdirSync(auditFolder);
    auditLog = join(auditFolder, 'codec-audit.log');
    server = await startCodecServer({ env: settings(), report: (sentence) => reports.push(sentence) });
    encrypted = bodyOf(await codec.encode([plainPayload(SIGNERS), plainPayload(`Waits for ${SIGNER}`)]));
    for (const role of ['masked', 'full', 'encode']) {
      tokens[role] = await issuer.token({ roles: [`signering-${role}`] });
    }
  });

  after(async () => {
    await Promise.all([server.close(), issuer.close(), other.close()]);
    assert.deepEqual(reports, []);
  });

  const settings = (): Environment => ({
    SIGNERING_KEYS: formatKeys([KEY]),
    SIGNERING_CODEC_LISTEN: '127.0.0.1:0',
    SIGNERING_CODEC_ORIGINS: WEB,
    SIGNERING_CODEC_ISSUER: issuer.issuer,
    SIGNERING_CODEC_AUDIENCE: AUDIENCE,
    SIGNERING_CODEC_JWKS: issuer.jwksUrl,
    SIGNERING_CODEC_AUDIT_LOG: auditLog,
  });

  const decode = (token?: string, body: unknown = encrypted): Promise<CodecAnswer> =>
    post({ url: `${server.url}/decode`, body, ...(token !== undefined && { token }) });
  const encode = (token: string | undefined, body: unknown): Promise<CodecAnswer> =>
    post({ url: `${server.url}/encode`, body, ...(token !== undefined && { token }) });
  const auditLines = (): readonly Record<string, unknown>[] =>
    readFileSync(auditLog, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  const assertRefused = (answer: CodecAnswer, status: number, code: string): void => {
    assert.equal(answer.error?.code, code);
    assert.equal(answer.status, status);
    assert.equal(answer.payloads, undefined);
    assert.doesNotMatch(answer.error.message, new RegExp(SIGNER, 'u'));
  };

  describe('roles', () => {
    it('decodes everything for FULL, masked for MASKED, and FULL counts of both', async () => {
      const clear = [SIGNERS, `Waits for ${SIGNER}`];
      assert.deepEqual(valuesOf(await decode(tokens['full'])), clear);
      assert.deepEqual(valuesOf(await decode(tokens['masked'])), [
        { signers: [{ personalIdentificationNumber: '14*********' }] },
        'Waits for 14*********',
      ]);
      const both = await issuer.token({ roles: ['signering-masked', 'other', 'signering-full'] });
      assert.deepEqual(valuesOf(await decode(both)), clear);
    });

    it('decodes nothing without a role that permits it', async () => {
      for (const roles of [[], ['signering-encode'], ['SIGNERING-FULL'], undefined, 7, 'signering-fullest']) {
        assertRefused(await decode(await issuer.token({ roles })), 403, 'ROLE_MISSING');
      }
    });

    it('encodes for ENCODE only, and answers an empty request of every role', async () => {
      const body = bodyOf([plainPayload('an argument')]);
      const encoded = await encode(tokens['encode'], body);
      assert.deepEqual(valuesOf(await decode(tokens['full'], { payloads: encoded.payloads })), [
        'an argument',
      ]);
      for (const role of ['masked', 'full']) {
        assertRefused(await encode(tokens[role], body), 403, 'ROLE_MISSING');
      }
      for (const role of ['masked', 'full', 'encode']) {
        assert.deepEqual((await encode(tokens[role], {})).payloads, []);
      }
      assertRefused(await encode(undefined, {}), 401, 'UNAUTHENTICATED');
      assertRefused(await encode(await issuer.token({}), {}), 403, 'ROLE_MISSING');
    });

    it('are read from a nested claim, and from a text with blanks', async () => {
      const nested = await startCodecServer({
        env: {
          ...settings(),
          SIGNERING_CODEC_ROLES_CLAIM: 'realm_access.roles',
          SIGNERING_CODEC_FULL_ROLE: 'everything',
          SIGNERING_CODEC_NAME_CLAIM: 'preferred_username',
        },
        report: (sentence) => reports.push(sentence),
      });
      try {
        const token = await issuer.token({
          realm_access: { roles: 'openid everything' },
          preferred_username: 'Kari Nordmann',
        });
        const answer = await post({ url: `${nested.url}/decode`, token, body: encrypted });
        assert.deepEqual(valuesOf(answer)[0], SIGNERS);
        assert.equal(auditLines().at(-1)?.['who'], 'Kari Nordmann');
      } finally {
        await nested.close();
      }
    });
  });

  describe('tokens', () => {
    it('are refused without the right signature, issuer, audience and time', async () => {
      const roles = ['signering-full'];
      const past = Math.floor(Date.now() / 1000) - 3600;
      const valid = await issuer.token({ roles });
      const [header = '', payload = ''] = valid.split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const refused: Readonly<Record<string, string | undefined>> = {
        'no token': undefined,
        'not a token': 'not-a-token',
        "another issuer's key": await other.token({ roles, iss: issuer.issuer }),
        'another issuer': await issuer.token({ roles, iss: other.issuer }),
        'another audience': await issuer.token({ roles, aud: 'another-service' }),
        'an expired token': await issuer.token({ roles, exp: past }),
        'a token without an end': await issuer.token({ roles, exp: undefined }),
        'a token that is not valid yet': await issuer.token({ roles, nbf: past + 7200 }),
        'no algorithm': `${none}.${payload}.`,
        'a cut signature': `${header}.${payload}.`,
      };
      for (const [what, token] of Object.entries(refused)) {
        const answer = await decode(token);
        assert.equal(answer.status, 401, what);
        assertRefused(answer, 401, 'UNAUTHENTICATED');
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
      }
    });

    it('do not count in the path with OpenID Connect', async () => {
      const answer = await post({ url: `${server.url}/${tokens['full'] ?? ''}/decode`, body: encrypted });
      assertRefused(answer, 404, 'NOT_FOUND');
    });

    it('cannot be verified while the issuer is away, and the server is not ready', async () => {
      const gone = await startOidcIssuer();
      const token = await gone.token({ roles: ['signering-full'] });
      await gone.close();
      const alone = await startCodecServer({
        env: { ...settings(), SIGNERING_CODEC_ISSUER: gone.issuer, SIGNERING_CODEC_JWKS: gone.jwksUrl },
        report: (sentence) => reports.push(sentence),
      });
      try {
        const answer = await post({ url: `${alone.url}/decode`, token, body: encrypted });
        assertRefused(answer, 503, 'ISSUER_UNAVAILABLE');
        assert.equal((await fetch(`${alone.url}/healthz`)).status, 200);
        const readiness = await fetch(`${alone.url}/readyz`);
        assert.equal(readiness.status, 503);
        assert.deepEqual(await readiness.json(), { issuer: false, auditLog: true });
      } finally {
        await alone.close();
      }
      assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    });
  });

  describe('payloads', () => {
    it('under an unknown key, or changed, stay as they are, and the others are decoded', async () => {
      const [unknown = {}] = bodyOf(await otherCodec.encode([plainPayload(1)])).payloads;
      const [whole] = encrypted.payloads;
      const changed = { ...whole, data: `AAAA${whole?.data?.slice(4) ?? ''}` };
      const foreign = { ...unknown, laterMember: { kept: true } };
      const { payloads } = await decode(tokens['masked'], { payloads: [foreign, changed, whole] });
      assert.deepEqual(payloads?.slice(0, 2), [foreign, changed]);
      assert.equal(payloads.length, 3);
      assert.notDeepEqual(payloads[2], whole);
      const { payloads: counted, undecryptable } = auditLines().at(-1) ?? {};
      assert.deepEqual([counted, undecryptable], [3, 2]);
    });

    it('that are not encrypted are masked, too', async () => {
      const body = bodyOf([plainPayload(SIGNERS)]);
      assert.doesNotMatch(
        JSON.stringify(valuesOf(await decode(tokens['masked'], body))),
        new RegExp(SIGNER, 'u'),
      );
    });

    it('are refused in another form', async () => {
      for (const body of ['{', '[]', 'null', { payloads: 1 }, { payloads: [{ data: '%' }] }]) {
        assertRefused(await decode(tokens['full'], body), 400, 'INVALID_REQUEST');
      }
    });

    it('may have 10 MB together, and not more', async () => {
      const text = 'x'.repeat(7_000_000);
      const large = bodyOf(await codec.encode([plainPayload(text)]));
      assert.deepEqual(valuesOf(await decode(tokens['full'], large)), [text]);
      const tooLarge = JSON.stringify({ payloads: [{ data: 'A'.repeat(11_000_000) }] });
      assertRefused(await decode(tokens['full'], tooLarge), 413, 'REQUEST_TOO_LARGE');
    });
  });

  describe('browsers', () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${server.url}/decode`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,x-namespace',
        },
      });

    it('may call it from a configured origin', async () => {
      const { status, headers } = await preflight(WEB);
      assert.equal(status, 204);
      assert.equal(headers.get('access-control-allow-origin'), WEB);
      assert.match(
        headers.get('access-control-allow-headers') ?? '',
        /authorization.*content-type.*x-namespace/u,
      );
      const answer = await post({
        url: `${server.url}/decode`,
        body: encrypted,
        headers: { origin: WEB },
      });
      assert.equal(answer.headers.get('access-control-allow-origin'), WEB, 'also for a 401');
    });

    it('may not from another origin, also with a valid token', async () => {
      for (const origin of [
        'https://temporal.example.com.evil.example',
        'http://temporal.example.com',
        'null',
      ]) {
        const { status, headers } = await preflight(origin);
        assert.equal(status, 403);
        assert.equal(headers.get('access-control-allow-origin'), null);
        const written = auditLines().length;
        const answer = await post({
          url: `${server.url}/decode`,
          body: encrypted,
          headers: { origin, authorization: `Bearer ${tokens['full'] ?? ''}` },
        });
        assertRefused(answer, 403, 'FOREIGN_ORIGIN');
        assert.equal(auditLines().length, written);
      }
    });
  });

  it('answers unknown paths and methods with 404', async () => {
    for (const [method, path] of [
      ['GET', '/decode'],
      ['POST', '/'],
      ['POST', '/decode/x'],
      ['GET', `/${SIGNER}`],
    ] as const) {
      const response = await fetch(`${server.url}${path}`, { method });
      assert.equal(response.status, 404);
      const { error } = (await response.json()) as CodecAnswer;
      assert.equal(error?.code, 'NOT_FOUND');
      assert.doesNotMatch(error.message, new RegExp(SIGNER, 'u'));
    }
  });

  describe('the audit log', () => {
    it('has one line for each decode and encode, without personal data', async () => {
      const written = auditLines().length;
      const since = new Date().toISOString();
      const token = await issuer.token({ roles: ['signering-masked'], sub: `person ${SIGNER}` });
      await post({ url: `${server.url}/decode`, body: encrypted, token, headers: { 'x-namespace': 'prod' } });
      await encode(tokens['encode'], bodyOf([plainPayload(1)]));
      await encode(tokens['encode'], {});
      await decode(await issuer.token({}));
      const lines = auditLines().slice(written);
      for (const line of lines) assert.ok(String(line['time']) >= since);
      assert.deepEqual(
        lines.map(({ time: _, ...line }) => line),
        [
          {
            operation: 'decode',
            who: 'person 14*********',
            role: 'MASKED',
            namespace: 'prod',
            payloads: 2,
            undecryptable: 0,
          },
          { operation: 'encode', who: 'operator-1', role: 'ENCODE', namespace: 'default', payloads: 1 },
        ],
      );
      assert.equal(statSync(auditLog).mode & 0o777, 0o600);
      assert.doesNotMatch(readFileSync(auditLog, 'utf8'), new RegExp(SIGNER, 'u'));
    });

    it('can be rotated by renaming it', async () => {
      renameSync(auditLog, `${auditLog}.1`);
      await decode(tokens['full']);
      assert.equal(auditLines().length, 1);
    });

    it('refuses the request when its line cannot be written', async () => {
      rmSync(auditFolder, { recursive: true });
      assertRefused(await decode(tokens['full']), 503, 'AUDIT_UNAVAILABLE');
      assertRefused(await encode(tokens['encode'], bodyOf([plainPayload(1)])), 503, 'AUDIT_UNAVAILABLE');
      assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
      mkdirSync(auditFolder);
      assert.equal((await decode(tokens['full'])).status, 200);
      assert.equal(auditLines().length, 1);
    });
  });
});
