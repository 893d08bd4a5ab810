import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { SigningError, type ErrorCode } from '@signering/schema';
import { plannedRepeats } from './heartbeat-interceptor.js';

/**
 * Activities that fail on any non-retryable error, or on the named ones. All others are repeated without limit, because
 * signers may have signed: a certificate or disk that a person must repair must not end the workflow.
 */
const GIVE_UP: Readonly<Record<string, 'ON_ANY' | readonly ErrorCode[]>> = {
  createSignatureJob: 'ON_ANY',
  cancelSignatureJob: 'ON_ANY',
  requestRedirectUrl: 'ON_ANY',
  deleteDocuments: 'ON_ANY',
  eraseJob: 'ON_ANY',
  removeDocuments: 'ON_ANY',
  deleteServiceCopies: 'ON_ANY',
  removeArchivedDocuments: 'ON_ANY',
  deliverWebhook: 'ON_ANY',
  sendEmail: 'ON_ANY',
  fetchDirectStatus: ['STATUS_QUERY_TOKEN_INVALID', 'SIGNING_CEREMONY_NOT_COMPLETED'],
  archivePades: ['SIGNED_DOCUMENT_BROKEN', 'SIGNED_DOCUMENT_TOO_LARGE', 'JOB_ERASED'],
  archiveXades: ['SIGNED_DOCUMENT_BROKEN', 'SIGNED_DOCUMENT_TOO_LARGE', 'JOB_ERASED'],
  archiveOutcome: ['JOB_ERASED'],
};

/** Errors on which every activity is repeated: an operator must give the worker a key or upgrade it, and the job is unaffected. */
const WAIT_FOR_OPERATOR: readonly ErrorCode[] = ['KEY_MISMATCH', 'VERSION_NOT_SUPPORTED'];

/**
 * Errors on which one activity is repeated, because an operator can restore the file: no person learns that an email was given up. A
 * job that cannot be created fails at once, and its caller submits it again.
 */
const WAIT_FOR_FILE: Readonly<Record<string, readonly ErrorCode[]>> = {
  sendEmail: ['STORED_CONTENT_DAMAGED'],
};

/** Errors of expected waits. */
const EXPECTED: readonly ErrorCode[] = [
  'POLLED_TOO_EARLY',
  'RATE_LIMITED',
  'WEBHOOK_NOT_DELIVERED',
  'EMAIL_NOT_SENT',
];

/** The argument of {@link FailureInterceptor}. */
export interface FailureInterceptorOptions {
  /** The worker has receivers of webhooks: a job that cannot be created publishes that. @default false */
  readonly webhooks?: boolean;
}

/** Converts a {@link SigningError} to Temporal's ApplicationFailure: its type is the code. */
export class FailureInterceptor implements ActivityInboundCallsInterceptor {
  readonly #options: FailureInterceptorOptions;

  constructor(options: FailureInterceptorOptions = {}) {
    this.#options = options;
  }

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      throw failureOf(error, Context.current().info.activityType, this.#options);
    }
  }
}

function failureOf(
  error: SigningError,
  activityType: string,
  { webhooks = false }: FailureInterceptorOptions,
): ApplicationFailure {
  const giveUp = GIVE_UP[activityType];
  const waitsFor = [...WAIT_FOR_OPERATOR, ...(WAIT_FOR_FILE[activityType] ?? [])];
  const isFinal =
    giveUp === 'ON_ANY'
      ? !error.retryable && !waitsFor.includes(error.code)
      : (giveUp?.includes(error.code) ?? false);
  const { facts, serviceMessage } = error;
  const { retryAfterMs = pauseAfterFailure() } = facts;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    // Details and messages are encrypted, but messages are also logged, and the service's text may name persons.
    details: [
      {
        ...facts,
        retryable: error.retryable,
        ...(serviceMessage !== undefined && { serviceMessage }),
        ...(webhooks && activityType === 'createSignatureJob' && { webhooks }),
      },
    ],
    nonRetryable: isFinal,
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
    ...(EXPECTED.includes(error.code) && { category: 'BENIGN' as const }),
  });
}

/**
 * The pause after a failure, in milliseconds, without the attempts that named their own pause: Temporal's backoff counts them too, and
 * one fault after a few calls without a turn would hold a job up for minutes. Undefined when there are none: Temporal's backoff
 * applies.
 */
function pauseAfterFailure(): number | undefined {
  // Without a policy, as on a test server, the values of `retry` in workflows/activities.ts apply.
  const { attempt, retryPolicy = {} } = Context.current().info;
  const planned = plannedRepeats();
  if (planned === 0) return undefined;
  const initialMs = msToNumber(retryPolicy.initialInterval || '1 second');
  const longestMs = msToNumber(retryPolicy.maximumInterval || '5 minutes');
  const failures = Math.max(attempt - planned, 1);
  return Math.min(initialMs * (retryPolicy.backoffCoefficient || 2) ** (failures - 1), longestMs);
}
