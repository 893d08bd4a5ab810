import assert from 'node:assert/strict';
import { startCodecServer, type CodecServer } from '@signering/codec-server';
import type { Environment } from '@signering/settings';
import { AUDIENCE, startOidcIssuer, type OidcIssuer } from './oidc-issuer.js';

/** A codec server with an OpenID Connect issuer; closing it closes both. */
export interface OidcCodecServer extends CodecServer {
  readonly token: OidcIssuer['token'];
}

/** Starts both on free ports. The settings must contain the keys and the audit log. */
export async function startOidcCodecServer(settings: Environment): Promise<OidcCodecServer> {
  const issuer = await startOidcIssuer();
  const server = await startCodecServer({
    env: {
      SIGNERING_CODEC_LISTEN: '127.0.0.1:0',
      SIGNERING_CODEC_ISSUER: issuer.issuer,
      SIGNERING_CODEC_AUDIENCE: AUDIENCE,
      SIGNERING_CODEC_JWKS: issuer.jwksUrl,
      ...settings,
    },
    report: (sentence) => assert.fail(sentence),
  });
  return {
    url: server.url,
    token: (claims) => issuer.token(claims),
    close: async () => {
      await server.close();
      await issuer.close();
    },
  };
}
