import type { CancelAnswer, CancelInput } from '@signering/contract';
import { cancelSignatureJob } from './activities.js';
import { createdInTime } from './created-in-time.js';
import { demandBy, demandReason } from './operator-decision.js';
import type { SigningProgress } from './signing-progress.js';

/** Update validator: a cancellation needs a reason. @throws INVALID_REQUEST */
export function validateCancel({ reason, by }: CancelInput): void {
  demandReason(reason);
  if (by !== undefined) demandBy(by);
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
