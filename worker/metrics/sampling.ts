import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@temporalio/worker';
import type { Meters } from './meters.js';

/** Measures something at intervals. */
export interface Sampler {
  /** The value of the label `sample`. */
  readonly name: string;
  readonly sample: () => Promise<void>;
}

/** The argument of {@link startSampling}. */
export interface SamplingOptions {
  readonly samplers: readonly Sampler[];
  readonly intervalMs: number;
  readonly meters: Pick<Meters, 'sampledTimestamp'>;
  readonly logger: Logger;
}

/** A running measurement. */
export interface Sampling {
  /** Ends after the current measurements. */
  stop(): Promise<void>;
}

/** Runs each sampler now and at intervals. Every worker measures the same, so that each value can be read from any. */
export function startSampling({ samplers, intervalMs, meters, logger }: SamplingOptions): Sampling {
  const stopping = new AbortController();
  const { signal } = stopping;
  const failing = new Set<string>();
  const run = async ({ name, sample }: Sampler): Promise<void> => {
    try {
      await sample();
      failing.delete(name);
      meters.sampledTimestamp.set(Date.now() / 1000, { sample: name });
    } catch (error) {
      if (signal.aborted || failing.has(name)) return;
      failing.add(name);
      logger.warn('A metric could not be measured; it keeps its last value.', { sample: name, error });
    }
  };
  const running = (async () => {
    while (!signal.aborted) {
      await Promise.all(samplers.map(run));
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
