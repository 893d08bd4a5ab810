import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { rememberedPorts } from '../processes/index.js';

/** Address, token and settings of a stack's codec server. */
export interface LocalCodecServer {
  /** Endpoint for Temporal Web and the `temporal` command. The token is in its path, because Temporal Web sends none. */
  readonly url: string;
  /** The settings of its process, with the keys in the form of `SIGNERING_KEYS`. */
  settings(keys: string, temporalWebUrl: string | undefined): Readonly<Record<string, string>>;
}

const TokenFile = z.tuple([z.looseObject({ token: z.string() })]);

/** The codec server of the stack in this folder, on loopback, with the port and the token of the last start. */
export async function codecServerOf(folder: string): Promise<LocalCodecServer> {
  const tokens = join(folder, 'codec-tokens.json');
  const token = readToken(tokens) ?? makeToken(tokens);
  const { codec: port } = await rememberedPorts(join(folder, 'codec-server.ports.json'), ['codec']);
  const listen = `127.0.0.1:${port}`;
  return {
    url: `http://${listen}/${token}`,
    settings: (keys, temporalWebUrl) => ({
      SIGNERING_KEYS: keys,
      SIGNERING_CODEC_LISTEN: listen,
      SIGNERING_CODEC_TOKENS: tokens,
      SIGNERING_CODEC_AUDIT_LOG: join(folder, 'codec-audit.log'),
      // Browsers know Temporal Web by either of its two names.
      ...(temporalWebUrl !== undefined && {
        SIGNERING_CODEC_ORIGINS: [temporalWebUrl, temporalWebUrl.replace('127.0.0.1', 'localhost')].join(','),
      }),
    }),
  };
}

function readToken(file: string): string | undefined {
  try {
    return TokenFile.parse(JSON.parse(readFileSync(file, 'utf8')))[0].token;
  } catch {
    // Absent, or incomplete after kill -9 during the write.
    return undefined;
  }
}

function makeToken(file: string): string {
  const token = randomBytes(32).toString('base64url');
  const entry = { name: 'stack', token, roles: ['FULL', 'ENCODE'] };
  writeFileSync(file, `${JSON.stringify([entry], undefined, 2)}\n`, { mode: 0o600 });
  return token;
}
