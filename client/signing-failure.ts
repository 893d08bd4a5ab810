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
  SigningError,
  type KnownErrorCode,
  type LaterErrorCode,
  type SigningErrorFacts,
  type SigningErrorOptions,
} from '@signering/schema';
import { CallRefusedError, SigningFailedError, type ProcessFailureOptions } from './errors.js';

/** Converts the failure of a job's workflow, or of an update of it, to an error with a code of this product; returns other errors unchanged. */
export function signingFailureOf(error: unknown, reference: string): unknown {
  if (!isFailure(error)) return error;
  const options = { ...reportOf(error), reference };
  return error instanceof WorkflowUpdateFailedError
    ? new CallRefusedError(options)
    : new SigningFailedError(options);
}

/** The second argument of {@link callFailureOf}. */
export interface FailedCall {
  /** What was not done: the beginning of the message. */
  readonly what: string;
  readonly reference?: string;
}

/** As {@link signingFailureOf}, for workflows that are not those of jobs. */
export function callFailureOf(error: unknown, { what, ...facts }: FailedCall): unknown {
  if (!isFailure(error)) return error;
  const { code, reason, ...options } = reportOf(error);
  return new SigningError(code, `${what}: ${reason}`, { ...options, ...facts });
}

type Failure = WorkflowFailedError | WorkflowUpdateFailedError;

function isFailure(error: unknown): error is Failure {
  return error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError;
}

/** What a failure says, with the facts that come along. */
type FailureReport = Omit<ProcessFailureOptions, 'reference'>;

function reportOf(error: Failure): FailureReport {
  const isUpdate = error instanceof WorkflowUpdateFailedError;
  const uncoded = (): FailureReport =>
    isUpdate ? uncodedRefusal(error) : { code: 'SIGNING_ABORTED', reason: abortedBy(error.cause) };
  return { ...(codedReportOf(error) ?? uncoded()), cause: error };
}

/** From the failure with a code behind a workflow's or an update's: between them stands that of the activity. */
function codedReportOf(error: Failure): FailureReport | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ApplicationFailure)) continue;
    const code = codeOf(cause);
    if (code !== undefined) return { ...factsOf(cause), code, reason: cause.message };
  }
  return undefined;
}

/** Type of each fact that activities and workflows put into the encrypted details of a failure. */
const TYPES_OF_FACTS = {
  operation: 'string',
  signatureJobId: 'string',
  reference: 'string',
  sha256: 'string',
  httpStatus: 'number',
  serviceErrorCode: 'string',
  serviceErrorType: 'string',
  retryAfterMs: 'number',
  differences: 'list',
  limitBytes: 'number',
  problems: 'list',
  serviceMessage: 'string',
} as const satisfies Record<keyof SigningErrorFacts | 'serviceMessage', 'string' | 'number' | 'list'>;

function factsOf({ details }: ApplicationFailure): SigningErrorOptions {
  const [facts] = details ?? [];
  if (typeof facts !== 'object' || facts === null) return {};
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) => {
      const type = Array.isArray(value) ? 'list' : typeof value;
      return name in TYPES_OF_FACTS && type === TYPES_OF_FACTS[name as keyof typeof TYPES_OF_FACTS];
    }),
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
