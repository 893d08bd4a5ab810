import type { JobDescription, SigningClient } from '@signering/client';
import type { SigningResult } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { isProcessFailure } from '../exit-codes.js';
import type { LiveView } from './live-view.js';

/** The argument of {@link followJob}. */
export interface FollowJobOptions {
  readonly client: SigningClient;
  readonly reference: string;
  readonly view: LiveView;
  /** Called for every query of the job. */
  readonly onLook?: (job: JobDescription) => void;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

// Frequent enough to look live, infrequent enough for the worker: each look is a query.
const LOOK_EVERY_MS = 400;

/**
 * Shows a job as it changes until its outcome, tolerating temporary outages of Temporal or the workers.
 * @throws the error that failed the signing process, or the signal's reason
 */
export async function followJob(options: FollowJobOptions): Promise<SigningResult> {
  const { client, reference, view, onLook, signal } = options;
  const over = new AbortController();
  const look = async (): Promise<void> => {
    try {
      const job = await client.getJob(reference);
      // The command has already reported that it ends.
      if (signal?.aborted === true) return;
      view.note(undefined);
      view.show(job);
      onLook?.(job);
    } catch (error) {
      // Temporarily no response, for example while a worker restarts: the outcome arrives anyway.
      if (!isPassing(error)) throw error;
      if (signal?.aborted !== true) view.note(error.message);
    }
  };
  await look();
  const lookOn = async (): Promise<void> => {
    for (;;) {
      if (await pause(LOOK_EVERY_MS, over.signal)) return;
      await look();
    }
  };
  const looking = lookOn();
  // Its failure is the outcome's too, or comes from a late query.
  looking.catch(() => undefined);
  try {
    const result = await outcomeAtLast(options, over.signal);
    over.abort();
    await looking.catch(() => undefined);
    await look();
    view.end();
    return result;
  } finally {
    over.abort();
    // The caller may close the client next.
    await looking.catch(() => undefined);
  }
}

/** Keeps waiting while Temporal is unavailable; the queries report that. */
async function outcomeAtLast(
  { client, reference, signal }: FollowJobOptions,
  over: AbortSignal,
): Promise<SigningResult> {
  for (;;) {
    try {
      return await client.waitForResult(reference, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error)) throw error;
      await pause(LOOK_EVERY_MS, signal ?? over);
    }
  }
}

function isPassing(error: unknown): error is SigningError {
  return error instanceof SigningError && error.retryable && !isProcessFailure(error);
}

/** Returns whether the signal fired before the time was over. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(signal.aborted);
    }
  });
}
