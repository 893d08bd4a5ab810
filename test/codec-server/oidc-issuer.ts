import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An OpenID Connect issuer, as far as a verifier of its tokens knows it. */
export interface OidcIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** A token of this issuer. `exp` in 5 minutes and `aud` AUDIENCE unless the claims say otherwise. */
  token(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** The audience of {@link OidcIssuer.token}. */
export const AUDIENCE = 'temporal';

/** Starts an issuer with a fresh key, which serves its key set over HTTP on loopback. */
export async function startOidcIssuer(): Promise<OidcIssuer> {
  const key = await generateKeyPair('ES256');
  const server = createServer((_request, response) => {
    void exportJWK(key.publicKey).then((jwk) => {
      const keys = [{ ...jwk, kid: 'key-1', alg: 'ES256', use: 'sig' }];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    token: (claims) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: issuer,
        aud: AUDIENCE,
        sub: 'operator-1',
        iat: now,
        exp: now + 300,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
        .sign(key.privateKey);
    },
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
