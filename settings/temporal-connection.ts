import type { TLSConfig } from '@temporalio/client';
import type { Environment } from './environment.js';
import { asTable, readTemporalProfile, textIn } from './temporal-profile.js';
import { readTls } from './temporal-tls.js';

/** The connection as environment and configuration file describe it; absent where they say nothing. */
export interface TemporalConnection {
  readonly namespace?: string;
  readonly connectionOptions: {
    /** `host:port` */
    readonly address?: string;
    /** Turns TLS on unless the settings turn it off. */
    readonly apiKey?: string;
    /** `false`: the settings turn TLS off. */
    readonly tls?: TLSConfig | boolean;
    /** Headers of each call. */
    readonly metadata?: Record<string, string>;
  };
}

const HEADER_PREFIX = 'TEMPORAL_GRPC_META_';

/**
 * Reads the connection to Temporal as `loadClientConnectConfig` of `@temporalio/envconfig` does. That package depends on
 * one exact version of `@temporalio/common`, so that programs with another minor would get two copies. The difference:
 * a member of the configuration file that has the wrong type is refused instead of passed on.
 * @throws Error naming what cannot be used; only after its first line may the message quote the configuration file
 */
export function readTemporalConnection(env: Environment): TemporalConnection {
  const profile = readTemporalProfile(env);
  const namespace = env['TEMPORAL_NAMESPACE'] ?? textIn(profile, 'namespace');
  const address = env['TEMPORAL_ADDRESS'] ?? textIn(profile, 'address');
  const apiKey = env['TEMPORAL_API_KEY'] ?? textIn(profile, 'api_key');
  const metadata = readHeaders(profile['grpc_meta'], env);
  const tls = readTls(profile['tls'], env) ?? (apiKey === undefined ? undefined : true);
  return {
    ...(namespace === undefined ? {} : { namespace }),
    connectionOptions: {
      ...(address === undefined ? {} : { address }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined ? {} : { tls }),
      ...(metadata === undefined ? {} : { metadata }),
    },
  };
}

/** Merges the headers of a profile with `TEMPORAL_GRPC_META_…`, where an empty value removes the profile's header. */
function readHeaders(inFile: unknown, env: Environment): Record<string, string> | undefined {
  const fromFile = inFile === undefined ? {} : asTable(inFile, 'grpc_meta');
  const headers = new Map(Object.keys(fromFile).map((name) => [name, textIn(fromFile, name) ?? '']));
  const variables = Object.keys(env).filter((name) => name.startsWith(HEADER_PREFIX));
  if (inFile === undefined && variables.length === 0) return undefined;
  for (const variable of variables) {
    const name = headerName(variable.slice(HEADER_PREFIX.length));
    const value = env[variable];
    if (value === undefined || value === '') headers.delete(name);
    else headers.set(name, value);
  }
  return Object.fromEntries([...headers].map(([name, value]) => [headerName(name), value]));
}

/** Replaces only the first underscore, as envconfig does: names of variables pass here twice, those of a file once. */
function headerName(name: string): string {
  return name.toLowerCase().replace('_', '-');
}
