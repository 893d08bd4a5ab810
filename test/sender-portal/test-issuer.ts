import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Who logs in, and the nonce that the portal sent with the browser. */
interface Login {
  readonly emailAddress: string;
  readonly nonce: string;
}

/** An issuer of log-ins that accepts a code more than once, so that only the portal refuses a repeated one. */
export async function startTestIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const logins = new Map<string, Login>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const answer = answerTo(request.url ?? '', new URLSearchParams(body).get('code') ?? '');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answerTo(path: string, code: string): object {
    if (path === '/keys') {
      return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] };
    }
    if (path === '/token') return { access_token: 'a', token_type: 'Bearer', id_token: idTokenOf(code) };
    return {
      issuer: url,
      authorization_endpoint: `${url}/auth`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  function idTokenOf(code: string): string {
    const { emailAddress = '', nonce = '' } = logins.get(code) ?? {};
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + 60 };
    const claims = { iss: url, sub: emailAddress, aud: 'portal', nonce, email: emailAddress, ...times };
    const parts = [
      { alg: 'RS256', kid: '1' },
      { ...claims, email_verified: true },
    ];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }

  return {
    url,
    /** The path to which the issuer sends a browser back that went to this address and logged in. */
    callbackOf(address: string, emailAddress: string): string {
      const { searchParams } = new URL(address);
      const code = `code-${logins.size}`;
      logins.set(code, { emailAddress, nonce: searchParams.get('nonce') ?? '' });
      const query = new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
      return `/login/callback?${query.toString()}`;
    },
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type TestIssuer = Awaited<ReturnType<typeof startTestIssuer>>;
