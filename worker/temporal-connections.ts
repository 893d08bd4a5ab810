import { setTimeout as delay } from 'node:timers/promises';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { isGrpcRefusal } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { TemporalSettings } from '@signering/settings';

/** A worker's two connections to Temporal: one for its tasks, one to signal workflows from activities. */
export interface TemporalConnections {
  readonly tasks: NativeConnection;
  readonly signals: Connection;
  /** Failed calls with {@link signals} are not repeated from now on: the worker ends, and Temporal may be away for long. */
  readonly endRepeats: () => void;
  readonly close: () => Promise<void>;
}

/** @throws TEMPORAL_UNAVAILABLE, TEMPORAL_REFUSED: both name the address */
export async function connectToTemporal({ connection }: TemporalSettings): Promise<TemporalConnections> {
  const repeats = new Repeats();
  let signals: Connection | undefined;
  const closeSignals = async (): Promise<void> => {
    if (signals === undefined) return;
    await repeats.end();
    await signals.close();
  };
  try {
    signals = await Connection.connect({ ...connection, interceptors: [repeats.interceptor] });
    const tasks = await NativeConnection.connect(connection);
    return {
      signals,
      tasks,
      endRepeats: () => void repeats.end(),
      close: async () => {
        try {
          await tasks.close();
        } finally {
          await closeSignals();
        }
      },
    };
  } catch (cause) {
    await closeSignals();
    if (isGrpcRefusal(cause)) {
      throw new SigningError(
        'TEMPORAL_REFUSED',
        `Temporal at ${connection.address} refuses the worker. Check TEMPORAL_API_KEY or the TLS settings (TEMPORAL_TLS…).`,
        { cause },
      );
    }
    throw new SigningError(
      'TEMPORAL_UNAVAILABLE',
      `Tried to reach Temporal at ${connection.address} and got no answer; start it (npm start runs one) or set TEMPORAL_ADDRESS.`,
      { cause },
    );
  }
}

/** A margin for timers, in milliseconds. */
const AFTER_LAST_REPEAT_MS = 100;

/**
 * Repeats failed calls as the SDK does, until that is ended. A repeat that comes when its connection is closed ends the
 * process with an error that nothing can catch.
 */
class Repeats {
  readonly interceptor: ReturnType<typeof makeGrpcRetryInterceptor>;
  #isEnded = false;
  #lastAt = 0;

  constructor() {
    const { retryableDecider, delayFunction } = defaultGrpcRetryOptions();
    this.interceptor = makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => !this.#isEnded && retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        const delayMs = delayFunction(attempt, status);
        this.#lastAt = Math.max(this.#lastAt, performance.now() + delayMs);
        return delayMs;
      },
    });
  }

  /** Begins no repeats any more. Resolves when those that were due have begun, which takes seconds at most. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const leftMs = this.#lastAt + AFTER_LAST_REPEAT_MS - performance.now();
    if (leftMs > 0) await delay(leftMs);
  }
}
