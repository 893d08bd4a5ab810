import {
  ActivityFailure,
  proxyActivities,
  TimeoutFailure,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { Activities, EmailActivities, SendEmailInput, WebhookActivities } from '@signering/activities';
import {
  emailTaskQueue,
  webhookTaskQueue,
  type EmailOutcome,
  type WebhookToDeliver,
} from '@signering/contract';

/** An interceptor sends the heartbeats; Temporal notices a dead worker after this time. */
const heartbeatTimeout = '10 seconds';

/** The longest interval keeps an outage of days cheap, and notices its end within minutes. */
const retry = { initialInterval: '1 second', maximumInterval: '5 minutes' };

/** One request or a few small writes. */
const SMALL: ActivityOptions = { startToCloseTimeout: '2 minutes', heartbeatTimeout, retry };

/** A browser waits for the answer: one or two calls, then the caller tries again. */
const FOR_BROWSER: ActivityOptions = {
  startToCloseTimeout: '8 seconds',
  scheduleToCloseTimeout: '9 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '2 seconds' },
};

/** Signed documents can be large, and the line to the service or the storage slow. */
const DOWNLOAD: ActivityOptions = { startToCloseTimeout: '30 minutes', heartbeatTimeout, retry };

export const followStatusQueue = activity('followStatusQueue', 'Has the status queue polled', SMALL);
/** Reads all archived documents of a job, then writes the receipt and the ledger entry. */
export const archiveOutcome = limited((limits) =>
  activity('archiveOutcome', 'Archives the receipt, and records the outcome in the ledger', {
    ...DOWNLOAD,
    ...limits,
  }),
);
export const confirmOutcome = limited((limits) =>
  activity('confirmOutcome', 'Confirms the outcome to the service, and records that in the ledger', {
    ...SMALL,
    ...limits,
  }),
);

/** Reads all archived documents of a job, then sends one request. */
export const deleteDocuments = activity('deleteDocuments', 'Deletes the documents at the service', {
  ...SMALL,
  startToCloseTimeout: '10 minutes',
});

/** Reads the ledger entries of all open jobs, and removes files one by one, and histories of Temporal. */
export const eraseJob = activity('eraseJob', 'Erases the job', {
  ...SMALL,
  startToCloseTimeout: '6 hours',
});

/** Ten megabytes on a slow line. A timeout while sending would make the outcome unknown. */
export const createSignatureJob = activity('createSignatureJob', 'Creates the job at the service', {
  ...SMALL,
  startToCloseTimeout: '15 minutes',
});

/** The caller of the update waits for the answer. */
export const cancelSignatureJob = activity('cancelSignatureJob', 'Cancels the job at the service', {
  ...SMALL,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
});

/** No caller waits; repeated until it succeeds. */
export const withdrawSignatureJob = activity(
  'cancelSignatureJob',
  'Withdraws a second job of the reference',
  {
    ...SMALL,
    startToCloseTimeout: '1 minute',
  },
);

export const fetchDirectStatus = activity(
  'fetchDirectStatus',
  'Fetches the status for a signer who has returned',
  FOR_BROWSER,
);
export const requestRedirectUrl = activity('requestRedirectUrl', 'Creates a new redirect URL', FOR_BROWSER);

/** No caller waits; the workflow asks again later. */
export const fetchDirectStatusAgain = activity('fetchDirectStatus', 'Fetches the status with a kept token', {
  ...SMALL,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
});

export const archivePades = limited((limits) =>
  activity('archivePades', 'Fetches and archives the signed PDF', { ...DOWNLOAD, ...limits }),
);
export const archiveXades = limited((limits) =>
  activity('archiveXades', "Fetches and archives a signer's signature", { ...DOWNLOAD, ...limits }),
);

/**
 * Runs until the queue is empty. Every job of the queue waits for the next attempt, also after one that delivered changes before
 * it failed: so the pauses stay short.
 */
export const drainStatusQueue = activity(
  'drainStatusQueue',
  'Fetches status changes until the queue is empty',
  {
    ...SMALL,
    startToCloseTimeout: '1 hour',
    retry: { ...retry, maximumInterval: '30 seconds' },
  },
);

/** Sends some of a batch's rows, or counts them. */
export const advanceBatch = activity('advanceBatch', 'Sends rows of the batch', {
  ...SMALL,
  startToCloseTimeout: '1 hour',
});

/** Look at every file of the storage. An outage ends the run before the next one is due. */
const RETENTION: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  scheduleToCloseTimeout: '20 hours',
  heartbeatTimeout,
  retry,
};

export const removeDocuments = activity('removeDocuments', 'Removes documents to sign', RETENTION);
export const deleteServiceCopies = activity(
  'deleteServiceCopies',
  "Deletes the service's copies of archived jobs",
  RETENTION,
);
export const removeArchivedDocuments = activity(
  'removeArchivedDocuments',
  'Removes archived documents',
  RETENTION,
);

export const publishEvents = activity('publishEvents', 'Publishes events of the job to its webhooks', SMALL);

export const reportJobNews = limited((limits) =>
  activity('reportJobNews', 'Hands news of the job to its emails', { ...SMALL, ...limits }),
);

/**
 * One email, with all its attempts, which add nothing to the history: a mail server may be down for days.
 * @param totalMs for all attempts, in milliseconds
 */
export function sendEmail(input: SendEmailInput, totalMs: number): Promise<EmailOutcome> {
  return proxyActivities<EmailActivities>({
    taskQueue: emailTaskQueue(workflowInfo().taskQueue),
    summary: `Sends the email ${input.email.kind}`,
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: totalMs,
    heartbeatTimeout,
    // An attempt that is under way says whether the email was sent.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '5 seconds', maximumInterval: '1 hour' },
  }).sendEmail(input);
}

/**
 * One delivery, with all its attempts, which add nothing to the history. Waits up to two hours between two attempts: some
 * 45 in three days.
 * @param totalMs for all attempts, in milliseconds
 */
export function deliverWebhook({ receiver, id, payload }: WebhookToDeliver, totalMs: number): Promise<void> {
  const { type, data } = payload;
  return proxyActivities<WebhookActivities>({
    taskQueue: webhookTaskQueue(workflowInfo().taskQueue, receiver),
    summary: `Delivers ${type}, event ${data.sequence}, to ${receiver}`,
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: totalMs,
    // The request may have an effect; a repeat has the same id.
    cancellationType: 'TRY_CANCEL',
    retry: { initialInterval: '5 seconds', maximumInterval: '2 hours', maximumAttempts: 60 },
  }).deliverWebhook({ receiver, id, payload });
}

/** @param summary shown in Temporal Web; encrypted as payloads are */
function activity<Name extends keyof Activities>(
  name: Name,
  summary: string,
  options: ActivityOptions,
): Activities[Name] {
  return proxyActivities<Activities>({ ...options, summary })[name];
}

/** How long an activity is tried. */
export interface ActivityLimits {
  /** All attempts together, in milliseconds. @default without limit */
  readonly withinMs?: number;
  /** @default without limit */
  readonly attempts?: number;
  /** The wait of an attempt for a worker, in milliseconds. @default without limit */
  readonly startWithinMs?: number;
}

/** The second argument of the activity limits it. */
function limited<Input, Result>(
  withLimits: (
    options: Pick<ActivityOptions, 'scheduleToCloseTimeout' | 'scheduleToStartTimeout' | 'retry'>,
  ) => (input: Input) => Promise<Result>,
): (input: Input, limits?: ActivityLimits) => Promise<Result> {
  return (input, { withinMs, attempts, startWithinMs } = {}) =>
    withLimits({
      ...(withinMs !== undefined && { scheduleToCloseTimeout: withinMs }),
      ...(startWithinMs !== undefined && { scheduleToStartTimeout: startWithinMs }),
      ...(attempts !== undefined && { retry: { ...retry, maximumAttempts: attempts } }),
    })(input);
}

/**
 * Whether an activity ended at one of its limits: false for a failure of the activity itself. TIMEOUT: another attempt would
 * begin after the time limit.
 */
export function isLimit(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  const { retryState, cause } = error;
  if (retryState === 'MAXIMUM_ATTEMPTS_REACHED' || retryState === 'TIMEOUT') return true;
  const timeout = cause instanceof TimeoutFailure ? cause.timeoutType : undefined;
  return timeout === 'SCHEDULE_TO_START' || timeout === 'SCHEDULE_TO_CLOSE';
}
