import { setTimeout as pause } from 'node:timers/promises';
import { InvalidInputError, SigningError } from '@signering/schema';
import { endOfCall, type CallOptions } from './call-options.js';
import type { JobDescription } from './job-description.js';
import type { Signing } from './signing.js';

/** The last argument of `SigningClient.watchJob`. Its `timeoutMs` limits the whole watch. */
export interface WatchJobOptions extends CallOptions {
  /**
   * The pause between two looks at the job, in milliseconds, at least 100. Each look at a running job is a query that a
   * worker answers, so a change shows up to this much later.
   * @default 2000
   */
  readonly intervalMs?: number | undefined;
  /** Called with each retryable error of a look, such as TEMPORAL_UNAVAILABLE. The watch goes on, and yields the next
   * description also when it is unchanged.
   * @default none */
  readonly onInterruption?: ((error: SigningError) => void) | undefined;
}

const INTERVAL_MS = 2_000;
const SHORTEST_INTERVAL_MS = 100;

/** As `SigningClient.watchJob`. */
export async function* watchJob(
  client: Pick<Signing, 'getJob'>,
  reference: string,
  { intervalMs = INTERVAL_MS, onInterruption, ...options }: WatchJobOptions,
): AsyncGenerator<JobDescription, void, undefined> {
  if (!(Number.isInteger(intervalMs) && intervalMs >= SHORTEST_INTERVAL_MS)) {
    const message = `must be a whole number of milliseconds, at least ${SHORTEST_INTERVAL_MS}`;
    throw new InvalidInputError('INVALID_REQUEST', 'The job is not watched', [
      { path: 'intervalMs', message },
    ]);
  }
  const { signal: ended, timer } = endOfCall(options);
  // A caller may leave the iterator between two changes: the timer must not keep the process.
  timer?.unref();
  let last: string | undefined;
  try {
    for (;;) {
      const job = await look();
      ended?.throwIfAborted();
      const text = JSON.stringify(job);
      if (job !== undefined && text !== last) {
        last = text;
        yield job;
      }
      if (job !== undefined && job.status !== 'RUNNING') return;
      await pause(intervalMs, undefined, { signal: ended }).catch(() => ended?.throwIfAborted());
    }
  } finally {
    clearTimeout(timer);
  }

  async function look(): Promise<JobDescription | undefined> {
    try {
      // Without the watch's own time: a look that gets no answer ends with the client's, and the next one follows.
      return await client.getJob(reference, { signal: ended });
    } catch (error) {
      ended?.throwIfAborted();
      if (!(error instanceof SigningError && error.retryable)) throw error;
      onInterruption?.(error);
      // The next description shows that the interruption is over.
      last = undefined;
      return undefined;
    }
  }
}
