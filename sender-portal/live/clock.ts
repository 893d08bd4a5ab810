import { setTimeout } from 'node:timers/promises';

/** Time that passes, and waits for it. */
export interface Clock {
  /** In milliseconds; never goes back. */
  readonly now: () => number;
  /** Waits for this many milliseconds, or until the signal aborts. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The clock of the machine. Its waits do not keep the process from its end. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
