import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { SigningError, type ErrorCode } from '@signering/schema';

/**
 * Activities that give up, on any error that repeating does not mend or on the named ones. All others are tried for
 * ever, because by then people may have signed: whatever a person has to repair (a certificate, a disk) must not end
 * the process.
 */
const GIVE_UP: Readonly<Record<string, 'ON_ANY' | readonly ErrorCode[]>> = {
  createSignatureJob: 'ON_ANY',
  cancelSignatureJob: 'ON_ANY',
  requestRedirectUrl: 'ON_ANY',
  deleteDocuments: 'ON_ANY',
  fetchDirectStatus: ['STATUS_QUERY_TOKEN_INVALID', 'SIGNING_CEREMONY_NOT_COMPLETED'],
  archivePades: ['SIGNED_DOCUMENT_BROKEN', 'SIGNED_DOCUMENT_TOO_LARGE'],
  archiveXades: ['SIGNED_DOCUMENT_BROKEN', 'SIGNED_DOCUMENT_TOO_LARGE'],
};

/**
 * Errors that no activity gives up on: they say that this process lacks something that an operator can give it, and
 * nothing of the job.
 */
const WAIT_FOR_OPERATOR: readonly ErrorCode[] = ['KEY_MISMATCH'];

/** Errors that say «not yet»: no fault of anybody's. */
const EXPECTED: readonly ErrorCode[] = ['POLLED_TOO_EARLY', 'RATE_LIMITED'];

/** The one place where a {@link SigningError} becomes a failure that Temporal understands: its type is the code. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      throw failureOf(error, Context.current().info.activityType);
    }
  }
}

function failureOf(error: SigningError, activityType: string): ApplicationFailure {
  const giveUp = GIVE_UP[activityType];
  const isFinal =
    giveUp === 'ON_ANY'
      ? !error.retryable && !WAIT_FOR_OPERATOR.includes(error.code)
      : (giveUp?.includes(error.code) ?? false);
  const { facts, serviceMessage } = error;
  const { retryAfterMs } = facts;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    // Encrypted, as messages are; but messages also reach the worker's log, and the service's text may name persons.
    details: [
      { ...facts, retryable: error.retryable, ...(serviceMessage !== undefined && { serviceMessage }) },
    ],
    nonRetryable: isFinal,
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
    ...(EXPECTED.includes(error.code) && { category: 'BENIGN' as const }),
  });
}
