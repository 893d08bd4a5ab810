import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRelyingParty } from '@signering/sender-portal/internal/login/relying-party.js';

const REDIRECT_URI = 'http://127.0.0.1:8090/login/callback';

describe('the log-in at an issuer', () => {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let server: Server;
  let issuer: string;
  let signsWith: KeyObject;
  let nonce: string;
  let failsWith: number | undefined;
  let discoveries: number;
  let now: number;
  beforeEach(async () => {
    signsWith = own.privateKey;
    failsWith = undefined;
    discoveries = 0;
    now = 0;
    server = createServer((request, response) => {
      const answer = answers()[request.url ?? ''];
      if (request.url === '/.well-known/openid-configuration') discoveries += 1;
      const isFailing = failsWith !== undefined && request.url === '/token';
      response.writeHead(isFailing ? (failsWith ?? 500) : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isFailing ? { error: 'invalid_grant' } : answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function answers(): Readonly<Record<string, object>> {
    return {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/keys': { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] },
      '/token': { access_token: 'a', token_type: 'Bearer', id_token: idToken() },
    };
  }

  function idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: '7', aud: 'portal', nonce, iat: now, exp: now + 60 };
    const parts = [
      { alg: 'RS256', kid: '1' },
      { ...claims, email: 'kari@example.com', email_verified: true },
    ];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(signsWith, 'base64url')}`;
  }

  async function begin() {
    const options = { clientId: 'portal', clientSecret: 'secret', redirectUri: REDIRECT_URI };
    const login = createRelyingParty({ issuer, monotonicNow: () => now, ...options });
    const begun = await login.begin();
    nonce = begun.nonce;
    const callback = new URL(`${REDIRECT_URI}?code=c&state=${begun.state}`);
    return { login, finish: () => login.finish(callback, begun) };
  }

  it('takes a person whose ID token the issuer has signed, and refuses one with another signature', async () => {
    const { finish } = await begin();
    assert.deepEqual(await finish(), { subject: `${issuer} 7`, emailAddress: 'kari@example.com' });
    signsWith = foreign.privateKey;
    await assert.rejects(finish(), { reason: 'LOGIN_REFUSED' });
  });

  it('tells a refusal by the issuer from its outage', async () => {
    const { login, finish } = await begin();
    assert.equal(await login.isReady(), true);
    failsWith = 400;
    await assert.rejects(finish(), { reason: 'LOGIN_REFUSED' });
    failsWith = 503;
    await assert.rejects(finish(), { reason: 'LOGIN_UNAVAILABLE' });
    server.closeAllConnections();
    server.close();
    await assert.rejects(finish(), { reason: 'LOGIN_UNAVAILABLE' });
    now += 5000;
    assert.equal(await login.isReady(), false);
  });

  it('asks the issuer once every five seconds whether it answers, also for calls at the same time', async () => {
    const { login } = await begin();
    const before = discoveries;
    assert.deepEqual(await Promise.all([login.isReady(), login.isReady()]), [true, true]);
    now += 4999;
    assert.equal(await login.isReady(), true);
    assert.equal(discoveries, before + 1);
    now += 1;
    assert.equal(await login.isReady(), true);
    assert.equal(discoveries, before + 2);
  });
});
