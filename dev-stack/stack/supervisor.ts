import type { OwnedProcess } from '../processes/index.js';

/** The argument of {@link keepRunning}. */
export interface SupervisedPart<Part extends SupervisedProcess> {
  /** For people: `the worker`. */
  readonly name: string;
  readonly start: () => Promise<Part>;
  /** Time for a graceful stop, in milliseconds. */
  readonly graceMs: number;
  /** Called for each event, with one sentence. */
  readonly tell: (sentence: string) => void;
}

/** A part whose process may end unexpectedly. */
export type SupervisedProcess = Pick<OwnedProcess, 'ended' | 'stop'>;

/** A part of the stack that is started again whenever it ends unasked. */
export interface Supervised<Part extends SupervisedProcess> {
  /** The part as it runs now, or as it last ran. */
  current(): Part;
  readonly stop: () => Promise<void>;
}

// A part that dies at once, again and again, is started less and less often.
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const STEADY_AFTER_MS = 30_000;

/** Starts a part of the stack and keeps it running until it is stopped. */
export async function keepRunning<Part extends SupervisedProcess>(
  part: SupervisedPart<Part>,
): Promise<Supervised<Part>> {
  const { name, start, tell, graceMs } = part;
  const stopping = new AbortController();
  let current = await start();
  const supervise = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const how = await current.ended;
      if (isAborted(stopping.signal)) return;
      if (Date.now() - startedAt > STEADY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      tell(`${name} has ended (${how}); starting it again`);
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (isAborted(stopping.signal)) return;
      current = await start().catch((error: unknown) => {
        tell(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        return current;
      });
    }
  };
  const supervised = supervise();
  return {
    current: () => current,
    stop: async () => {
      stopping.abort();
      await current.stop(graceMs);
      await supervised;
      // It may have been restarting when the stop was requested.
      await current.stop(graceMs);
    },
  };
}

/** Asked anew after each wait: the compiler believes that the answer cannot have changed. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
