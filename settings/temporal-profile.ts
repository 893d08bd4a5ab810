import { platform } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parse, type TomlTable } from 'smol-toml';
import { errorCodeOf } from '@signering/schema';
import { readTextFile, type Environment } from './environment.js';

const DEFAULT_PROFILE = 'default';

/**
 * Reads the profile that the environment selects from Temporal's configuration file. The file may be absent, unless the
 * environment names a profile.
 * Spec: envconfig of Temporal's TypeScript SDK.
 * @throws Error when the file or the profile cannot be used; only after its first line may the message quote the file
 */
export function readTemporalProfile(env: Environment): TomlTable {
  const profiles = readProfiles(env);
  const named = env['TEMPORAL_PROFILE'];
  const name = named ?? DEFAULT_PROFILE;
  if (!Object.hasOwn(profiles, name)) {
    if (named === undefined) return {};
    throw new Error(`Profile '${named}' not found in the configuration file`);
  }
  return asTable(profiles[name], `profile.${name}`);
}

function readProfiles(env: Environment): TomlTable {
  const file = env['TEMPORAL_CONFIG_FILE'] ?? defaultFile(env);
  const text = file === undefined ? undefined : readIfPresent(file);
  return text === undefined ? {} : asTable(parse(text)['profile'], 'profile');
}

function readIfPresent(file: string): string | undefined {
  try {
    return readTextFile(file);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function defaultFile(env: Environment): string | undefined {
  const folder = userConfigurationFolder(env);
  return folder === undefined ? undefined : join(folder, 'temporalio', 'temporal.toml');
}

function userConfigurationFolder(env: Environment): string | undefined {
  const home = env['HOME'];
  if (platform() === 'win32') return env['APPDATA'];
  if (platform() === 'darwin') {
    return home === undefined ? undefined : join(home, 'Library', 'Application Support');
  }
  const folder = env['XDG_CONFIG_HOME'];
  if (folder !== undefined) return isAbsolute(folder) ? folder : undefined;
  return home === undefined ? undefined : join(home, '.config');
}

/**
 * A value of the configuration file as a table.
 * @throws Error when it has another type
 */
export function asTable(value: unknown, name: string): TomlTable {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
    return value as TomlTable;
  }
  throw new Error(`${name} in the configuration file must be a table`);
}

/**
 * A member of a table of the configuration file as text.
 * @throws Error when it has another type
 */
export function textIn(table: TomlTable, name: string): string | undefined {
  const value = table[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${name} in the configuration file must be text`);
}
