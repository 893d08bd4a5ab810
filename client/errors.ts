import {
  maskElevenDigits,
  ruleOfErrorCode,
  SigningError,
  type ErrorCode,
  type KnownErrorCode,
  type LaterErrorCode,
  type SigningErrorFacts,
  type SigningErrorOptions,
} from '@signering/schema';
import type { Flow, LaterWord } from '@signering/contract';

/**
 * JOB_NOT_FOUND: the organisation has no job with this reference, or the reference was claimed and its workflow never
 * started. Not for ended jobs, which storage describes.
 */
export class JobNotFoundError extends SigningError {
  /** @param options `storage`: names the storage in which the job was looked for */
  constructor(
    requested: string,
    { claimed = false, storage }: { readonly claimed?: boolean; readonly storage?: string } = {},
  ) {
    // No job has such a reference, but a caller may have passed an identity number.
    const reference = maskElevenDigits(requested);
    super(
      'JOB_NOT_FOUND',
      claimed
        ? `Reference "${reference}" was claimed, but its workflow was not found. ` +
            'Send exactly the same job again: it continues where it stopped.'
        : `There is no job with reference "${reference}" for this organisation` +
            `${storage === undefined ? '' : ` in the storage ${storage}`}. ` +
            'Check the reference (upper and lower case differ) and SIGNERING_ORGANIZATION.',
      { reference },
    );
  }
}

/**
 * JOB_NOT_CREATED_YET: the job was accepted and continues, but its redirect URLs were not ready in time: no worker is
 * running, or the service is slow. Not for jobs that the service has rejected.
 */
export class JobNotCreatedYetError extends SigningError {
  constructor(reference: string, cause: unknown) {
    super(
      'JOB_NOT_CREATED_YET',
      `The job of reference "${reference}" was accepted, but not created in time: no worker is running, or the ` +
        'service is slow. Repeat the request with the same reference and content: it returns the same job.',
      { reference, cause },
    );
  }
}

/** JOB_NOT_ENDED: the job has no outcome yet, so nothing of it is archived. */
export class JobNotEndedError extends SigningError {
  constructor(
    reference: string,
    refused = 'so nothing is archived. Get its state: it waits, or it has failed.',
  ) {
    super('JOB_NOT_ENDED', `The job of reference "${reference}" has no outcome yet, ${refused}`, {
      reference,
    });
  }
}

/** JOB_ENDED: the job has ended, so it has no redirect URLs. Its outcome is available. */
export class JobEndedError extends SigningError {
  constructor(reference: string) {
    super(
      'JOB_ENDED',
      `The job of reference "${reference}" has ended, and signers can no longer sign it. ` +
        'Get its outcome, or send a new job under another reference.',
      { reference },
    );
  }
}

const WHY: Readonly<Partial<Record<string, string>>> = {
  DIRECT: 'belongs to the direct flow, which has no cancellation: it expires 30 days after it was created',
  PORTAL:
    'belongs to the portal flow, in which the service notifies the signers: it has no redirect URLs and no tokens',
};

/** NOT_IN_THIS_FLOW: the job's flow does not have this operation. Nothing was done. */
export class FlowMismatchError extends SigningError {
  constructor(reference: string, flow: Flow | LaterWord) {
    const why = WHY[flow] ?? `belongs to the flow ${flow}, which this version does not know`;
    super('NOT_IN_THIS_FLOW', `The job of reference "${reference}" ${why}.`, { reference });
  }
}

/**
 * TOO_MANY_EXIT_VISITS: this process has submitted too many wrong tokens of exit URLs without a proof, so this one was
 * not submitted. Not for visits with a proof, and not for tokens that the job itself rejects.
 */
export class TooManyExitVisitsError extends SigningError {
  constructor(reference: string, retryAfterMs: number) {
    super(
      'TOO_MANY_EXIT_VISITS',
      `The status query token for reference "${reference}" was not submitted: this process has received too many wrong ones at ` +
        'exit URLs without a proof. Try again later, and make exit URLs with makeExitUrls: visits with a proof have no such limit.',
      { reference, retryAfterMs },
    );
  }
}

/** The constructor's argument of {@link CallRefusedError} and {@link SigningFailedError}, with the facts of the failure. */
export interface ProcessFailureOptions extends SigningErrorOptions {
  readonly reference: string;
  readonly code: KnownErrorCode | LaterErrorCode;
  readonly reason: string;
}

/**
 * A signing process rejected a request: `code` is the reason. The process continues; a failed one throws a
 * `SigningFailedError`.
 */
export class CallRefusedError extends SigningError {
  constructor({ code, reason, ...options }: ProcessFailureOptions) {
    super(
      code,
      `The signing process of reference "${options.reference}" rejected the request: ${reason}`,
      options,
    );
  }
}

/** Why a signing process failed. Plain data, without personal data. */
export interface JobFailure {
  /**
   * SIGNING_ABORTED for a process that was terminated in Temporal. The meaning of each code:
   * https://github.com/signering-workflows/signering-workflows/blob/main/docs/errors.md
   */
  readonly code: ErrorCode;
  /** What happened and what to do. */
  readonly message: string;
  /** Sending the same job again, with `startPortalJob` or `startDirectJob`, may succeed without a correction. */
  readonly retryable: boolean;
  /** Numbers and names for programs, such as `httpStatus`. */
  readonly facts: SigningErrorFacts;
}

/**
 * The signing process of a reference has failed with `code`, and does not continue by itself. A rejected, expired or
 * cancelled job is an outcome, not a failure. `retryable` is always false, because repeating the call gives the same
 * error; `failure.retryable` says whether sending the same job again may succeed.
 */
export class SigningFailedError extends SigningError {
  /** As in the description of the job. */
  readonly failure: JobFailure;

  constructor({ code, reason, ...options }: ProcessFailureOptions) {
    const rule = typeof code === 'string' ? { code, ...ruleOfErrorCode(code) } : code;
    const message = `The signing process of reference "${options.reference}" has failed: ${reason}`;
    super({ code: rule.code, retryable: false }, message, options);
    this.failure = { code: rule.code, message, retryable: rule.retryable, facts: this.facts };
  }

  /** As of other errors, with `failure`. */
  override toJSON(): ReturnType<SigningError['toJSON']> & Pick<SigningFailedError, 'failure'> {
    return { ...super.toJSON(), failure: this.failure };
  }
}

/** CLIENT_CLOSED: the client was closed before or during the call. What Temporal has received goes on. */
export class ClientClosedError extends SigningError {
  constructor(cause?: unknown) {
    super(
      'CLIENT_CLOSED',
      'The call was not made, or did not end: this client is closed, and its connection to Temporal is closed with it. ' +
        'Connect a new client, and repeat the call there.',
      cause === undefined ? {} : { cause },
    );
  }
}

/**
 * TEMPORAL_UNAVAILABLE: Temporal does not answer at its address. TEMPORAL_REFUSED: it does not know the namespace, or
 * refuses the credentials. WORKER_UNAVAILABLE: no worker answers, or none has registered the search attributes.
 * Every call of the client may be repeated: a job is started once, however often it is handed in.
 */
export class TemporalError extends SigningError {
  constructor(
    code: 'TEMPORAL_UNAVAILABLE' | 'TEMPORAL_REFUSED' | 'WORKER_UNAVAILABLE',
    message: string,
    cause: unknown,
  ) {
    super(code, message, { cause });
  }
}
