import { WorkflowNotFoundError } from '@temporalio/client';
import {
  CANCEL_RESULTS,
  cancelUpdate,
  withKnownWord,
  type CancelAnswer,
  type CancelInput,
} from '@signering/contract';
import { FlowMismatchError } from './errors.js';
import type { KnownJobs } from './known-jobs.js';
import { signingFailureOf } from './signing-failure.js';
import type { CallOptions } from './call-options.js';

/** The argument of `SigningClient.cancelJob`: why the job is cancelled, and by whom. */
export interface CancelJobOptions extends Omit<CancelInput, 'by' | 'bulk'>, CallOptions {
  /** Who cancels, such as a user name: 1–100 characters. Recorded in the receipt and, encrypted, in the history. */
  readonly by?: string | undefined;
}

/** As `SigningClient.cancelJob`. */
export async function cancelJob(
  jobs: KnownJobs,
  reference: string,
  input: CancelInput,
): Promise<CancelAnswer> {
  const entry = await jobs.findEntry(reference);
  if (entry?.flow === 'DIRECT') throw new FlowMismatchError(reference, entry.flow);
  const { temporal } = jobs;
  try {
    const update = await temporal.within(async () => {
      if ((await jobs.statusOf(reference)) !== 'RUNNING') return undefined;
      // Temporal answers an update once a worker has taken it: make sure that there is one.
      await jobs.askWorker(reference);
      return temporal.call((client) =>
        jobs
          .handleOf(client, reference)
          .startUpdate(cancelUpdate, { args: [input], waitForStage: 'ACCEPTED' }),
      );
    });
    if (update === undefined) return { result: 'TOO_LATE' };
    return withKnownWord(await temporal.wait(() => update.result()), 'result', CANCEL_RESULTS);
  } catch (error) {
    // It has ended between the look and the call.
    if (error instanceof WorkflowNotFoundError) return { result: 'TOO_LATE' };
    throw signingFailureOf(error, reference);
  }
}
