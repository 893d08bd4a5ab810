import { errorCodeOf, InvalidInputError } from '@signering/schema';
import {
  loadCodecServerSettings,
  warnOfExposedSecrets,
  type CodecServerSettings,
  type Environment,
} from '@signering/settings';
import { openAuditLog } from './audit-log.js';
import type { Authentication } from './caller.js';
import { oidcTokens } from './oidc-tokens.js';
import { codecPayloads } from './payloads.js';
import { createServer } from './server.js';
import { staticTokens } from './static-tokens.js';

/** A running codec server. */
export interface CodecServer {
  /** `http://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The argument of {@link startCodecServer}. */
export interface CodecServerOptions {
  /** Where the settings are read from. */
  readonly env: Environment;
  /** Called with one sentence about an internal error or an exposed secret, without personal data. */
  readonly report: (sentence: string) => void;
}

/**
 * Starts the codec server of these settings.
 * @throws INVALID_SETTINGS, also if the address is taken
 */
export async function startCodecServer({ env, report }: CodecServerOptions): Promise<CodecServer> {
  const settings = loadCodecServerSettings(env);
  const { host, port, keys, origins, auditLog } = settings;
  const server = createServer({
    authentication: authenticationOf(settings),
    payloads: codecPayloads(keys),
    audit: await openAuditLog(auditLog),
    origins,
    report,
  });
  try {
    await server.listen({ host, port });
    for (const warning of warnOfExposedSecrets(env)) report(warning);
    const [address] = server.addresses();
    const actualPort = typeof address === 'object' ? address.port : port;
    const name = host.includes(':') ? `[${host}]` : host;
    return { url: `http://${name}:${actualPort}`, close: () => server.close() };
  } catch (cause) {
    const message = `${host}:${port} cannot be listened on (${errorCodeOf(cause) ?? 'unknown error'}): choose another address`;
    const problem = { path: 'SIGNERING_CODEC_LISTEN', message };
    throw new InvalidInputError('INVALID_SETTINGS', 'The codec server cannot start', [problem], { cause });
  }
}

function authenticationOf({ oidc, tokens }: CodecServerSettings): Authentication {
  if (oidc !== undefined) return oidcTokens(oidc);
  if (tokens !== undefined) return staticTokens(tokens);
  throw new TypeError('The settings name no tokens.');
}
