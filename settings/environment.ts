import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The argument of {@link readEnvironment}. */
export interface ReadEnvironmentOptions {
  /** The folder that may contain a `.env` file. @default the working directory */
  readonly cwd?: string;
  /** @default `process.env` */
  readonly env?: Environment;
}

/**
 * The environment merged with the folder's `.env` file, if there is one. The environment takes precedence. Does not
 * change `process.env`.
 * @throws INVALID_SETTINGS when `.env` exists and cannot be read
 */
export function readEnvironment({
  cwd = process.cwd(),
  env = process.env,
}: ReadEnvironmentOptions = {}): Environment {
  return { ...readEnvFile(join(cwd, '.env')), ...env };
}

/** Text of a file without a byte order mark, which editors on Windows put in front. */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
}

function readEnvFile(path: string): Environment {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return {};
    const problem = {
      path: '.env',
      message: 'exists but cannot be read: check its permissions, or remove it',
    };
    throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be read', [problem], {
      cause: error,
    });
  }
  return parseEnv(text);
}
