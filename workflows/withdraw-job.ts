import { ActivityFailure } from '@temporalio/workflow';
import type { CancelAnswer } from '@signering/contract';
import type { CancellationUrl } from '@signering/schema';
import { withdrawSignatureJob } from './activities.js';

/**
 * Withdraws a job at the service. TOO_LATE for a job that cannot be withdrawn, or has no cancellation URL: its final
 * change arrives in the queue.
 */
export async function withdrawJob(
  cancellationUrl: CancellationUrl | undefined,
): Promise<CancelAnswer['result']> {
  if (cancellationUrl === undefined) return 'TOO_LATE';
  try {
    return (await withdrawSignatureJob({ cancellationUrl, unattended: true })).result;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 'TOO_LATE';
  }
}
