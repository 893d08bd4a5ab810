import { isGrpcServiceError } from '@temporalio/client';
import { SigningError, type ErrorCode } from '@signering/schema';
import { isFaultOfOneEntry } from '@signering/storage';
import { GRPC_STATUS } from '@signering/contract';

/** RESOURCE_EXHAUSTED mostly means the whole namespace or server; this text of the server means one workflow. */
const BUSY_WORKFLOW = /workflow is busy/iu;

/** Codes of faults of one job's archive. Other files may be encrypted with other keys. */
const OF_ONE_JOB: readonly ErrorCode[] = ['DOCUMENT_MISSING', 'KEY_MISMATCH'];

/**
 * The code of a fault of one job: its ledger entry is damaged or unreadable, its workflow refuses signals, its
 * archive is incomplete or encrypted with a missing key, or its change has a form that the delivery cannot handle. Undefined for a fault that affects
 * every change, such as unreachable storage or Temporal.
 */
export function entryFaultOf(error: unknown): ErrorCode | undefined {
  if (error instanceof SigningError) {
    const isOfOneEntry = OF_ONE_JOB.includes(error.code) || isFaultOfOneEntry(error);
    return isOfOneEntry ? error.code : undefined;
  }
  const isOfThisChange = error instanceof TypeError || error instanceof RangeError;
  return isOfThisChange || isRefusedByWorkflow(error) ? 'STATUS_CHANGE_UNDELIVERABLE' : undefined;
}

/** Temporal refuses a signal for a reason of the workflow: its limit of signals, the size of the change, its lock. */
function isRefusedByWorkflow(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!isGrpcServiceError(cause)) continue;
    const { details } = cause;
    const code: number = cause.code;
    return (
      code === GRPC_STATUS.INVALID_ARGUMENT ||
      (code === GRPC_STATUS.RESOURCE_EXHAUSTED && BUSY_WORKFLOW.test(details))
    );
  }
  return false;
}
