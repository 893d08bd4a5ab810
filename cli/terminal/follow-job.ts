import type { EndedJob, JobDescription, JobResult, Signing } from '@signering/client';
import { SigningError } from '@signering/schema';
import type { LiveView } from './live-view.js';

/** The argument of {@link followJob}. */
export interface FollowJobOptions {
  readonly client: Pick<Signing, 'watchJob' | 'waitForResult'>;
  readonly reference: string;
  readonly view: LiveView;
  /** Called for every change of the job. */
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
export async function followJob(options: FollowJobOptions): Promise<JobResult> {
  const { client, reference, view, onLook, signal } = options;
  const changes = client.watchJob(reference, {
    signal,
    intervalMs: LOOK_EVERY_MS,
    // Temporarily no response, for example while a worker restarts: the outcome arrives anyway.
    onInterruption: ({ message }) => {
      // The command has already reported that it ends.
      if (signal?.aborted !== true) view.note(message);
    },
  });
  let last: JobDescription | undefined;
  for await (const job of changes) {
    last = job;
    view.note(undefined);
    view.show(job);
    onLook?.(job);
  }
  const result = await client.waitForResult(reference, { signal }).catch((error: unknown) => {
    // Temporal has gone away since the outcome was shown, and storage has no receipt of it.
    if (last?.status === 'ENDED' && error instanceof SigningError && error.retryable) return resultIn(last);
    throw error;
  });
  view.end();
  return result;
}

/** The result of a job by its description. */
function resultIn({ status: _, state: __, stateText: ___, ...result }: EndedJob): JobResult {
  return result;
}
