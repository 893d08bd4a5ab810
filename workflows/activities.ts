import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '@signering/activities';

/** The activities beat on their own; a worker that died is noticed after this time. */
const heartbeatTimeout = '10 seconds';

/** Waits grow to this, so that an outage of days costs little and its end is noticed soon. */
const retry = { initialInterval: '1 second', maximumInterval: '5 minutes' };

/** One request or a few small writes. */
export const { followStatusQueue, writeReceipt, settleReference, confirmFinalChange, recordConfirmation } =
  proxyActivities<Activities>({ startToCloseTimeout: '2 minutes', heartbeatTimeout, retry });

/** Reads everything that is archived of a job, then one request. */
export const { deleteDocuments } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry,
});

/** Ten megabytes on a slow line; whoever ran out of time while it sends would leave its end unknown. */
export const { createSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout,
  retry,
});

/** Somebody waits for the answer: give up in time and let them decide. */
export const { cancelSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry,
});

/** Nobody waits, and it has to be done. */
export const { cancelSignatureJob: withdrawSignatureJob } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry,
});

/** A browser waits for the answer: a call or two, then somebody else has to try again. */
const forBrowser = {
  startToCloseTimeout: '8 seconds',
  scheduleToCloseTimeout: '9 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '2 seconds' },
} as const;
export const { fetchDirectStatus, requestRedirectUrl } = proxyActivities<Activities>(forBrowser);

/** Nobody waits, and it is asked again later. */
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

/** As long as there are changes in the queue. */
export const { drainStatusQueue } = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout,
  retry,
});
