import { readFileSync } from 'node:fs';
import type { TLSConfig } from '@temporalio/client';
import type { TomlTable } from 'smol-toml';
import { errorCodeOf } from '@signering/schema';
import type { Environment } from './environment.js';
import { asTable, textIn } from './temporal-profile.js';

const TEXT_MEMBERS = [
  'client_cert_path',
  'client_cert_data',
  'client_key_path',
  'client_key_data',
  'server_ca_cert_path',
  'server_ca_cert_data',
  'server_name',
] as const;

/**
 * Merges the member `tls` of a profile with `TEMPORAL_TLS…`. Each setting turns TLS on; only `disabled` turns it off.
 * @returns undefined when neither says anything about TLS, `false` when TLS is turned off
 * @throws Error naming the setting or file that cannot be used
 */
export function readTls(inFile: unknown, env: Environment): TLSConfig | false | undefined {
  const fromEnv = tlsInEnvironment(env);
  const fromFile = tlsInFile(inFile);
  if (fromFile === undefined && Object.keys(fromEnv).length === 0) return undefined;
  const settings = { ...fromFile, ...fromEnv };
  const serverName = textIn(settings, 'server_name');
  // Conflicts are refused before TLS may turn out to be off; files are read afterwards.
  const readCertificate = sourceOf(settings, 'client_cert');
  const readKey = sourceOf(settings, 'client_key');
  const readAuthorities = sourceOf(settings, 'server_ca_cert');
  if (isDisabled(settings)) return false;
  const [crt, key, authorities] = [readCertificate?.(), readKey?.(), readAuthorities?.()];
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(authorities === undefined ? {} : { serverRootCACertificate: authorities }),
    ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
  };
}

function tlsInEnvironment(env: Environment): TomlTable {
  const settings: TomlTable = {};
  const [enabled, unverified] = [env['TEMPORAL_TLS'], env['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION']];
  if (enabled !== undefined) settings['disabled'] = !(enabled === '1' || enabled === 'true');
  // The SDK's connections always verify the host: as in envconfig, this turns TLS on and nothing else.
  if (unverified !== undefined) settings['disable_host_verification'] = true;
  for (const member of TEXT_MEMBERS) {
    const value = env[`TEMPORAL_TLS_${member.toUpperCase()}`];
    if (value !== undefined) settings[member] = value;
  }
  return settings;
}

function tlsInFile(value: unknown): TomlTable | undefined {
  if (value === undefined || value === false) return undefined;
  return value === true ? {} : asTable(value, 'tls');
}

function isDisabled(settings: TomlTable): boolean {
  const disabled = settings['disabled'] ?? false;
  if (typeof disabled !== 'boolean')
    throw new Error('disabled in the configuration file must be true or false');
  return disabled;
}

/** Reads bytes from the file that a `…_path` names, or takes those of `…_data`. */
function sourceOf(settings: TomlTable, name: string): (() => Uint8Array) | undefined {
  const path = textIn(settings, `${name}_path`);
  const data = textIn(settings, `${name}_data`);
  if (path !== undefined && data !== undefined) {
    throw new Error(`Cannot specify both ${name}_path and ${name}_data`);
  }
  if (data !== undefined) return () => new TextEncoder().encode(data);
  return path === undefined ? undefined : () => readBytes(path, `${name}_path`);
}

/** The message leaves the path out, because a key may have been put in its place. */
function readBytes(path: string, name: string): Uint8Array {
  try {
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    throw new Error(`${name} names a file that cannot be read (${errorCodeOf(error) ?? 'unknown error'})`, {
      cause: error,
    });
  }
}
