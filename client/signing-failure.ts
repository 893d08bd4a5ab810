import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ERROR_CODES, type ErrorCode } from '@signering/schema';
import { CallRefusedError, type CallRefusedOptions, SigningFailedError } from './errors.js';

/** Turns what a workflow or an update failed with into an error with this product's code; other errors stay. */
export function signingFailureOf(error: unknown, reference: string): unknown {
  if (!(error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)) return error;
  const coded = codedFailureOf(error);
  if (coded !== undefined) {
    const { code, failure } = coded;
    const options = { reference, code, reason: failure.message, cause: error, ...serviceMessageOf(failure) };
    return error instanceof WorkflowUpdateFailedError
      ? new CallRefusedError({ ...options, ...waitBeforeRepeating(failure) })
      : new SigningFailedError(options);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const reason = 'the service did not answer in time.';
    return new CallRefusedError({ reference, code: 'SERVICE_UNAVAILABLE', reason, cause: error });
  }
  return new SigningFailedError({
    reference,
    code: 'SIGNING_ABORTED',
    reason: abortedBy(error.cause),
    cause: error,
  });
}

/** A failure that carries one of this product's codes. */
export interface CodedFailure {
  readonly code: ErrorCode;
  readonly failure: ApplicationFailure;
}

/** The failure with a code behind a workflow's or an update's: between them stands that of the activity. */
export function codedFailureOf(
  error: WorkflowFailedError | WorkflowUpdateFailedError,
): CodedFailure | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ApplicationFailure)) continue;
    const code = codeOf(cause.type);
    if (code !== undefined) return { code, failure: cause };
  }
  return undefined;
}

/** Activities and workflows put the wait into the details. */
function waitBeforeRepeating(failure: Error): Pick<CallRefusedOptions, 'retryAfterMs'> {
  const facts = factsOf(failure);
  const has = 'retryAfterMs' in facts && typeof facts.retryAfterMs === 'number';
  return has ? { retryAfterMs: facts.retryAfterMs as number } : {};
}

/** The service's own explanation, which activities put into the encrypted details. */
function serviceMessageOf(failure: Error): { readonly serviceMessage?: string } {
  const facts = factsOf(failure);
  const has = 'serviceMessage' in facts && typeof facts.serviceMessage === 'string';
  return has ? { serviceMessage: facts.serviceMessage as string } : {};
}

function factsOf(failure: Error): object {
  const [facts] = failure instanceof ApplicationFailure ? (failure.details ?? []) : [];
  return typeof facts === 'object' && facts !== null ? facts : {};
}

function codeOf(type: string | undefined | null): ErrorCode | undefined {
  return ERROR_CODES.find((code) => code === type);
}

function abortedBy(cause: unknown): string {
  const look = 'Look into its history in Temporal Web, and for the job in the sender portal of the service.';
  if (cause instanceof TerminatedFailure) return `its workflow was terminated in Temporal. ${look}`;
  if (cause instanceof CancelledFailure) return `its workflow was cancelled in Temporal. ${look}`;
  return `its workflow ended with an error that is not this product's. ${look}`;
}
