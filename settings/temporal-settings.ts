import { InvalidInputError } from '@signering/schema';
import type { Environment } from './environment.js';
import { readTemporalConnection, type TemporalConnection } from './temporal-connection.js';

/** Where Temporal listens unless told otherwise: that is where `npm start` brings it up. */
const DEFAULT_ADDRESS = 'localhost:7233';
const DEFAULT_NAMESPACE = 'default';

/** How Temporal is reached, for `Connection.connect` and `NativeConnection.connect` alike. */
export interface TemporalSettings {
  readonly connection: TemporalConnection['connectionOptions'] & { readonly address: string };
  readonly namespace: string;
}

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…` and Temporal's configuration
 * file, as Temporal documents them.
 * @throws INVALID_SETTINGS
 */
export function loadTemporalSettings(env: Environment): TemporalSettings {
  const temporalEnv = Object.fromEntries(
    // Empty means "not set", except that an empty header takes one of the configuration file away.
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || (value === '' && !name.startsWith('TEMPORAL_GRPC_META_')) ? [] : [[name, value]],
    ),
  );
  try {
    const { connectionOptions, namespace } = readTemporalConnection(temporalEnv);
    return {
      connection: { ...connectionOptions, address: connectionOptions.address ?? DEFAULT_ADDRESS },
      namespace: namespace ?? DEFAULT_NAMESPACE,
    };
  } catch (error) {
    // The first line only, and no cause: the parser of the configuration file quotes the file, API key and all.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new InvalidInputError('INVALID_SETTINGS', "Temporal's settings cannot be used", [
      {
        path: 'TEMPORAL_*',
        message: `variables or configuration file (TEMPORAL_CONFIG_FILE) cannot be used: ${reason ?? 'unreadable'}`,
      },
    ]);
  }
}
