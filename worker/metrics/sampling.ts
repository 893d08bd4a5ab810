import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import type { Meters } from './meters.js';

/** Measures something at intervals. */
export interface Sampler {
  /** The value of the label `sample`. */
  readonly name: string;
  /** The signal aborts when the measurement stops. */
  readonly sample: (signal: AbortSignal) => Promise<void>;
}

/** The argument of {@link startSampling}. */
export interface SamplingOptions {
  /** Its calls by a sampler end when the measurement stops. */
  readonly temporal: Client;
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

/** A measurement that takes longer has failed: Temporal may not answer. */
const SAMPLE_WITHIN_MS = 60_000;

/**
 * Runs each sampler now and at intervals, independently of the others. Every worker of a task queue measures the same, so that
 * each value can be read from any.
 */
export function startSampling(options: SamplingOptions): Sampling {
  const { temporal, samplers, intervalMs, meters, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  // Each running call listens.
  setMaxListeners(0, signal);
  const failing = new Set<string>();
  const run = async ({ name, sample }: Sampler): Promise<void> => {
    try {
      await temporal.withAbortSignal(signal, () =>
        temporal.withDeadline(Date.now() + SAMPLE_WITHIN_MS, () => sample(signal)),
      );
      failing.delete(name);
      meters.sampledTimestamp.set(Date.now() / 1000, { sample: name });
    } catch (error) {
      if (signal.aborted || failing.has(name)) return;
      failing.add(name);
      logger.warn('A metric could not be measured; it keeps its last value.', { sample: name, error });
    }
  };
  const repeat = async (sampler: Sampler): Promise<void> => {
    while (!signal.aborted) {
      await run(sampler);
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = Promise.all(samplers.map(repeat));
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
