import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInputError } from '@signering/schema';
import { readTextFile } from '@signering/settings';
import { ROLES, type Authentication, type Caller } from './caller.js';
import { CodecRefusal } from './codec-error.js';

const TokenFile = z.array(
  z.strictObject({
    name: z.string().min(1).max(100),
    /** Fits the path of a URL. */
    token: z.string().regex(/^[A-Za-z0-9_-]{32,200}$/u),
    roles: z.array(z.enum(ROLES)),
  }),
);

/**
 * Accepts the tokens of a file: `[{ "name": …, "token": …, "roles": ["FULL", "ENCODE"] }]`. For development: a
 * token does not expire, and each reader of the file can use it.
 * @throws INVALID_SETTINGS if the file cannot be used
 */
export function staticTokens(file: string): Authentication {
  const callers = new Map(
    readTokens(file).map(({ name, token, roles }): [string, Caller] => [
      digestOf(token),
      { who: name, roles: new Set(roles) },
    ]),
  );
  return {
    tokenInPath: true,
    // Digests are compared, so that the time of a look-up reveals nothing of a token.
    callerOf: (token) => {
      const caller = callers.get(digestOf(token));
      return caller === undefined
        ? Promise.reject(new CodecRefusal('UNAUTHENTICATED', 'The token is not known to this codec server.'))
        : Promise.resolve(caller);
    },
    isReady: () => Promise.resolve(true),
  };
}

function readTokens(file: string): z.infer<typeof TokenFile> {
  const path = 'SIGNERING_CODEC_TOKENS';
  const refuse = (message: string): never => {
    throw new InvalidInputError('INVALID_SETTINGS', 'The codec server cannot start', [{ path, message }]);
  };
  let content: unknown;
  try {
    content = JSON.parse(readTextFile(file));
  } catch (error) {
    return refuse(
      error instanceof SyntaxError
        ? 'names a file that is not JSON'
        : 'names a file that cannot be read: check the path and its permissions',
    );
  }
  const parsed = TokenFile.safeParse(content);
  if (parsed.success) return parsed.data;
  return refuse(
    'names a file with another form: it must be a list of { "name", "token", "roles" }, each token with 32 to 200 ' +
      `letters, digits, _ and -, and the roles of ${ROLES.join(', ')}`,
  );
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
