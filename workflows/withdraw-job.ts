import { ActivityFailure } from '@temporalio/workflow';
import type { CancelAnswer } from '@signering/contract';
import type { CancellationUrl } from '@signering/schema';
import { withdrawSignatureJob } from './activities.js';

/**
 * Withdraws a job that nobody is to sign any more. One that cannot be withdrawn has ended or will, and tells so itself:
 * TOO_LATE, as for one without an address for it.
 */
export async function withdrawJob(
  cancellationUrl: CancellationUrl | undefined,
): Promise<CancelAnswer['result']> {
  if (cancellationUrl === undefined) return 'TOO_LATE';
  try {
    return (await withdrawSignatureJob({ cancellationUrl })).result;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 'TOO_LATE';
  }
}
