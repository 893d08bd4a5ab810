import type { OwnedProcess } from '../processes/index.js';

/** The argument of {@link keepRunning}. */
export interface SupervisedPart<Part extends SupervisedProcess> {
  /** For people: `the worker`. */
  readonly name: string;
  readonly start: () => Promise<Part>;
  /** Time for a graceful stop, in milliseconds. */
  readonly graceMs: number;
  /** Called for each event, with one sentence. */
  readonly onProgress: (sentence: string) => void;
}

/** A part whose process may end unexpectedly. */
export type SupervisedProcess = Pick<OwnedProcess, 'ended' | 'stop'>;

/** A part of the stack that is restarted when it ends unexpectedly. */
export interface Supervised<Part extends SupervisedProcess> {
  /** The running part, or the last one. */
  current(): Part;
  readonly stop: () => Promise<void>;
}

// The pause doubles for a part that keeps ending soon after its start.
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const STEADY_AFTER_MS = 30_000;

/** Starts a part of the stack and keeps it running until it is stopped. */
export async function keepRunning<Part extends SupervisedProcess>(
  part: SupervisedPart<Part>,
): Promise<Supervised<Part>> {
  const { name, start, onProgress, graceMs } = part;
  const stopping = new AbortController();
  let current = await start();
  const supervise = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const how = await current.ended;
      if (isAborted(stopping.signal)) return;
      if (Date.now() - startedAt > STEADY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      onProgress(`${name} has ended (${how}); restarting it`);
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (isAborted(stopping.signal)) return;
      current = await start().catch((error: unknown) => {
        onProgress(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
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

/** A function, because the compiler assumes that the property does not change across an await. */
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
