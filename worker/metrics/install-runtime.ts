import { Runtime, type Logger } from '@temporalio/worker';
import { InvalidInputError } from '@signering/schema';
import { formatListenAddress, type ListenAddress } from '@signering/settings';
import { BUCKETS, createMeters, type Meters } from './meters.js';

/** The argument of {@link installRuntime}. */
export interface RuntimeOptions {
  readonly logger: Logger;
  /** Where Prometheus reads the metrics. @default nowhere */
  readonly metricsAddress: ListenAddress | undefined;
}

/**
 * Installs the runtime of Temporal's SDK, whose exporter serves the SDK's metrics and ours. Must precede the first
 * connection, which would install a default one.
 * @throws INVALID_SETTINGS if the address is taken
 */
export function installRuntime({ logger, metricsAddress }: RuntimeOptions): Meters {
  if (metricsAddress === undefined) return createMeters(Runtime.install({ logger }).metricMeter);
  const bindAddress = formatListenAddress(metricsAddress);
  const prometheus = {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: BUCKETS,
  };
  const meters = createMeters(install().metricMeter);
  logger.info('Metrics are served for Prometheus, as SIGNERING_METRICS_ADDRESS says.', {
    url: `http://${bindAddress}/metrics`,
  });
  return meters;

  function install(): Runtime {
    try {
      return Runtime.install({ logger, telemetryOptions: { metrics: { prometheus } } });
    } catch (cause) {
      const reason = /address already in use/iu.test(String(cause)) ? 'the address is in use' : String(cause);
      const message = `${bindAddress} cannot be listened on (${reason}): choose another address`;
      const problem = { path: 'SIGNERING_METRICS_ADDRESS', message };
      throw new InvalidInputError('INVALID_SETTINGS', 'The worker cannot start', [problem], { cause });
    }
  }
}
