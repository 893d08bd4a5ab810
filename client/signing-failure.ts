import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { ERROR_CODES, type ErrorCode } from '../schema/index.js';
import { SigningFailedError } from './errors/signing-failed-error.js';

/** Turns what a workflow or an update failed with into an error with this product's code; other errors stay. */
export function signingFailureOf(error: unknown, reference: string): unknown {
  if (!(error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)) return error;
  // Between the workflow's failure and the one with a code stands that of the activity.
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    const code = cause instanceof ApplicationFailure ? codeOf(cause.type) : undefined;
    if (code !== undefined)
      return new SigningFailedError({ reference, code, reason: cause.message, cause: error });
  }
  return new SigningFailedError({
    reference,
    code: 'SIGNING_ABORTED',
    reason: abortedBy(error.cause),
    cause: error,
  });
}

function codeOf(type: string | undefined | null): ErrorCode | undefined {
  return ERROR_CODES.find((code) => code === type);
}

function abortedBy(cause: unknown): string {
  const look = 'Look into its history in Temporal Web, and for the job in the sender portal of the service.';
  if (cause instanceof TerminatedFailure) return `somebody terminated its workflow in Temporal. ${look}`;
  if (cause instanceof CancelledFailure) return `somebody cancelled its workflow in Temporal. ${look}`;
  return `its workflow ended in a way that is none of its own. ${look}`;
}
