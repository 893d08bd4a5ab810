import type { CancelAnswer, CancelInput } from '@signering/contract';
import { cancelSignatureJob } from './activities.js';
import { createdInTime } from './created-in-time.js';
import type { SigningProgress } from './signing-progress.js';

/** The most characters of a reason to cancel. */
const LONGEST_REASON = 500;

/** Update validator: a cancellation needs a reason. */
export function validateCancel({ reason }: CancelInput): void {
  if (reason.trim() === '' || reason.length > LONGEST_REASON) {
    throw new Error(`A cancellation needs a reason of 1 to ${LONGEST_REASON} characters.`);
  }
}

/**
 * Cancels the job, after its creation if that is in progress. The outcome arrives as a status change.
 * @throws as {@link createdInTime}
 */
export async function cancelJob(progress: SigningProgress): Promise<CancelAnswer> {
  await createdInTime(progress);
  const waiting = progress.state === 'WAITING_FOR_SIGNERS' || progress.state === 'OVERDUE';
  const { signatureJobId = '' } = progress.describe();
  const cancellationUrl = progress.twins.cancellationUrlOf(signatureJobId);
  if (!waiting || cancellationUrl === undefined) return { result: 'TOO_LATE' };
  return cancelSignatureJob({ cancellationUrl });
}
