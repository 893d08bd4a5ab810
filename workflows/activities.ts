import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '@signering/activities';

/** An interceptor sends the heartbeats; Temporal notices a dead worker after this time. */
const heartbeatTimeout = '10 seconds';

/** The longest interval keeps an outage of days cheap, and notices its end within minutes. */
const retry = { initialInterval: '1 second', maximumInterval: '5 minutes' };

/** One request or a few small writes. */
export const { followStatusQueue, writeReceipt, settleReference, confirmFinalChange, recordConfirmation } =
  proxyActivities<Activities>({ startToCloseTimeout: '2 minutes', heartbeatTimeout, retry });

/** Reads all archived documents of a job, then sends one request. */
export const { deleteDocuments } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry,
});

/** Ten megabytes on a slow line. A timeout while sending would make the outcome unknown. */
export const { createSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout,
  retry,
});

/** The caller of the update waits for the answer. */
export const { cancelSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry,
});

/** No caller waits; repeated until it succeeds. */
export const { cancelSignatureJob: withdrawSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry,
});

/** A browser waits for the answer: one or two calls, then the caller tries again. */
const forBrowser = {
  startToCloseTimeout: '8 seconds',
  scheduleToCloseTimeout: '9 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '2 seconds' },
} as const;
export const { fetchDirectStatus, requestRedirectUrl } = proxyActivities<Activities>(forBrowser);

/** No caller waits; the workflow asks again later. */
export const { fetchDirectStatus: fetchDirectStatusAgain } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry,
});

/** A signed document can be large and the line slow. */
export const { archivePades, archiveXades } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout,
  retry,
});

/** Runs until the queue is empty. */
export const { drainStatusQueue } = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout,
  retry,
});
