import { whatIsWrongWithBy, whatIsWrongWithReason, type CancelAnswer } from '@signering/contract';
import type { CancelJobOptions } from '../cancel-job.js';
import { CallRefusedError, FlowMismatchError } from '../errors.js';
import type { InMemoryJob } from './in-memory-job.js';

/** As `Signing.cancelJob`. @throws NOT_IN_THIS_FLOW, INVALID_REQUEST as a signing process throws it */
export function cancelInMemory(
  job: InMemoryJob,
  { reason, by }: Pick<CancelJobOptions, 'reason' | 'by'>,
): CancelAnswer {
  const { flow, reference } = job.identity;
  if (flow === 'DIRECT') throw new FlowMismatchError(reference, 'DIRECT');
  if (job.outcome !== undefined || job.failure !== undefined) return { result: 'TOO_LATE' };
  const wrong = whatIsWrongWithReason(reason) ?? (by === undefined ? undefined : whatIsWrongWithBy(by));
  if (wrong !== undefined) throw new CallRefusedError({ reference, code: 'INVALID_REQUEST', reason: wrong });
  job.cancel({ reason, ...(by !== undefined && { by }) });
  return { result: 'CANCELLED' };
}
