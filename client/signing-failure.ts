import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  isKnownErrorCode,
  type KnownErrorCode,
  type LaterErrorCode,
  type SigningErrorOptions,
} from '@signering/schema';
import { CallRefusedError, SigningFailedError, type ProcessFailureOptions } from './errors.js';

/** Converts the failure of a workflow or an update to an error with a code of this product; returns other errors unchanged. */
export function signingFailureOf(error: unknown, reference: string): unknown {
  if (!(error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)) return error;
  const coded = codedFailureOf(error);
  if (coded !== undefined) {
    const { code, failure } = coded;
    const options = { ...factsOf(failure), reference, code, reason: failure.message, cause: error };
    return error instanceof WorkflowUpdateFailedError
      ? new CallRefusedError(options)
      : new SigningFailedError(options);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    return new CallRefusedError({ reference, ...uncodedRefusal(error), cause: error });
  }
  return new SigningFailedError({
    reference,
    code: 'SIGNING_ABORTED',
    reason: abortedBy(error.cause),
    cause: error,
  });
}

/** A failure that carries one of this product's codes, also one of a later version. */
export interface CodedFailure {
  readonly code: KnownErrorCode | LaterErrorCode;
  readonly failure: ApplicationFailure;
}

/** The failure with a code behind a workflow's or an update's: between them stands that of the activity. */
export function codedFailureOf(
  error: WorkflowFailedError | WorkflowUpdateFailedError,
): CodedFailure | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ApplicationFailure)) continue;
    const code = codeOf(cause);
    if (code !== undefined) return { code, failure: cause };
  }
  return undefined;
}

/** Type of each fact that activities and workflows put into the encrypted details of a failure. */
const TYPES_OF_FACTS: Readonly<Record<string, 'string' | 'number' | 'object'>> = {
  operation: 'string',
  signatureJobId: 'string',
  sha256: 'string',
  httpStatus: 'number',
  serviceErrorCode: 'string',
  serviceErrorType: 'string',
  retryAfterMs: 'number',
  limitBytes: 'number',
  problems: 'object',
  serviceMessage: 'string',
};

function factsOf({ details }: ApplicationFailure): SigningErrorOptions {
  const [facts] = details ?? [];
  if (typeof facts !== 'object' || facts === null) return {};
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) => typeof value === TYPES_OF_FACTS[name]),
  );
}

/** The type of a failure if it is an error code. Other types are names of classes, such as `TypeError`. */
function codeOf(failure: ApplicationFailure): KnownErrorCode | LaterErrorCode | undefined {
  const { type } = failure;
  if (typeof type !== 'string' || !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/u.test(type)) return undefined;
  return isKnownErrorCode(type) ? type : { code: type, retryable: isRetryable(failure) };
}

/** What a failure says of a retry: activities and workflows put it into the details. */
function isRetryable({ details, nonRetryable }: ApplicationFailure): boolean {
  const [facts] = (details ?? []) as readonly ({ readonly retryable?: unknown } | null | undefined)[];
  return typeof facts?.retryable === 'boolean' ? facts.retryable : nonRetryable !== true;
}

/** An activity that timed out waited for the service; any other error without a code is a bug. */
function uncodedRefusal(error: WorkflowUpdateFailedError): Pick<ProcessFailureOptions, 'code' | 'reason'> {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TimeoutFailure)
      return { code: 'SERVICE_UNAVAILABLE', reason: 'the service did not answer in time.' };
  }
  return {
    code: 'WORKER_FAULT',
    reason:
      "the worker met an error without a code, which is a bug. The process goes on; the worker's log has it.",
  };
}

function abortedBy(cause: unknown): string {
  const look = 'Look into its history in Temporal Web, and for the job in the sender portal of the service.';
  if (cause instanceof TerminatedFailure) return `its workflow was terminated in Temporal. ${look}`;
  if (cause instanceof CancelledFailure) return `its workflow was cancelled in Temporal. ${look}`;
  return `its workflow ended with an error that is not this product's. ${look}`;
}
