import { decisionOf, type CancelAnswer, type CancelInput } from '@signering/contract';
import { cancelSignatureJob } from './activities.js';
import { demandDecidedBy } from './operator-decision.js';
import type { SigningProgress } from './signing-progress.js';

/** Update validator: a cancellation needs a reason. @throws INVALID_REQUEST */
export function validateCancel({ reason = '', by }: Partial<CancelInput>): void {
  // Operators type it on a command line, where it may be missing.
  demandDecidedBy({ reason, ...(by !== undefined && { by }) });
}

/**
 * Cancels the job, after its creation if that is in progress. The outcome arrives as a status change.
 * @throws as `Creation.inTime`
 */
export async function cancelJob(progress: SigningProgress, input: CancelInput): Promise<CancelAnswer> {
  await progress.creation.inTime();
  const waiting = progress.state === 'WAITING_FOR_SIGNERS' || progress.state === 'OVERDUE';
  const { signatureJobId = '' } = progress.describe();
  const cancellationUrl = progress.twins.cancellationUrlOf(signatureJobId);
  if (!waiting || cancellationUrl === undefined) return { result: 'TOO_LATE' };
  const order = progress.decisions.order(decisionOf('CANCEL', input, new Date()));
  const { result, attempt } = await cancelSignatureJob({
    cancellationUrl,
    ...(input.bulk === true && { bulk: true }),
  });
  if (result === 'CANCELLED') order.tookEffect();
  else if (attempt === 1) order.hadNoEffect();
  return { result };
}
