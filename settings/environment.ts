import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The argument of {@link readEnvironment}. */
export interface ReadEnvironmentOptions {
  /** The folder in which a `.env` file may lie. @default the current folder */
  readonly cwd?: string;
  /** @default `process.env` */
  readonly env?: Environment;
}

/**
 * The environment together with the `.env` file of a folder, if there is one. What stands in the environment wins.
 * Changes nothing in `process.env`.
 * @throws INVALID_SETTINGS when there is a `.env` that cannot be read
 */
export function readEnvironment({
  cwd = process.cwd(),
  env = process.env,
}: ReadEnvironmentOptions = {}): Environment {
  return { ...readEnvFile(join(cwd, '.env')), ...env };
}

function readEnvFile(path: string): Environment {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return {};
    const problem = { path: '.env', message: 'is there and cannot be read: check its rights, or remove it' };
    throw new InvalidInputError('INVALID_SETTINGS', 'The settings cannot be read', [problem], {
      cause: error,
    });
  }
  return parseEnv(text);
}
