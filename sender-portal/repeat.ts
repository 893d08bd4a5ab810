import { setTimeout as pause } from 'node:timers/promises';

/** Work that repeats until it is stopped. */
export interface Repeated {
  stop(): Promise<void>;
}

/** Does the work at once and then again and again. What fails is reported with its name, and tried again. */
export function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  { everyMs, report, what }: { everyMs: number; report: (sentence: string) => void; what: string },
): Repeated {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopped = (): boolean => signal.aborted;
  const run = async (): Promise<void> => {
    while (!isStopped()) {
      try {
        await work(signal);
      } catch (error) {
        const name = error instanceof Error ? error.name : 'unknown';
        if (!isStopped()) report(`${what} failed: ${name}. It is tried again.`);
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
