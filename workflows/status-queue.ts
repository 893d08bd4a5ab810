import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  confirmForeignChangeUpdate,
  describeQueueQuery,
  followSignal,
  SIGNING_UNDELIVERED,
  type ConfirmForeignChangeInput,
  type StatusQueueInput,
} from '@signering/contract';
import type { ErrorCode } from '@signering/schema';
import { drainStatusQueue } from './activities.js';
import { demandInputVersion } from './input-version.js';
import { isAhead, laterOf } from './moments.js';
import { UndeliveredJobs } from './undelivered-jobs.js';

/** The shortest pause between two drains, in milliseconds: a service without poll times must not fill the history. */
const LEAST_PAUSE_MS = 500;

/** The one poller of an organisation's queue. Runs until no job needs the queue followed. */
export async function statusQueue(input: StatusQueueInput): Promise<void> {
  demandInputVersion(input);
  const { organizationNumber, flow, pollingQueue } = input;
  const undelivered = new UndeliveredJobs(input.undelivered ?? [], input.confirmForeign ?? []);
  let followUntil = input.followUntil;
  let lastPollAt: string | undefined;
  let nextPollAt: string | undefined;
  // Continue-as-new carries the search attribute over.
  let shownUndelivered = undelivered.seen.length;
  setHandler(followSignal, ({ until }) => void (followUntil = laterOf(followUntil, until)));
  setHandler(confirmForeignChangeUpdate, ({ signatureJobId }) => undelivered.confirm(signatureJobId), {
    validator: (wanted: ConfirmForeignChangeInput) => validateConfirmForeign(wanted, undelivered),
  });
  setHandler(describeQueueQuery, () => ({
    version: 1,
    organizationNumber,
    flow,
    pollingQueue,
    followUntil,
    ...(lastPollAt !== undefined && { lastPollAt }),
    ...(nextPollAt !== undefined && { nextPollAt }),
    undelivered: undelivered.seen,
    confirmForeign: undelivered.toConfirm,
  }));

  while (isAhead(followUntil)) {
    nextPollAt = undefined;
    const drained = await drainStatusQueue({
      organizationNumber,
      flow,
      pollingQueue,
      confirmForeign: undelivered.toConfirm,
      undelivered: undelivered.jobIds,
    });
    lastPollAt = new Date().toISOString();
    undelivered.record(drained);
    if (undelivered.seen.length !== shownUndelivered) {
      shownUndelivered = undelivered.seen.length;
      upsertSearchAttributes([{ key: SIGNING_UNDELIVERED, value: shownUndelivered }]);
    }
    const pauseMs = Math.max(drained.nextPollInMs, LEAST_PAUSE_MS);
    nextPollAt = new Date(Date.now() + pauseMs).toISOString();
    setCurrentDetails(`Next poll ${nextPollAt}, followed until ${followUntil}${undelivered.summary}.`);
    await sleep(pauseMs, { summary: 'Until the next poll' });
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof statusQueue>({
        ...input,
        followUntil,
        undelivered: undelivered.seen,
        confirmForeign: undelivered.toConfirm,
      });
    }
  }
  await condition(allHandlersFinished);
}

/** Update validator: accepts only foreign jobs seen in this queue, because a confirmation can lose documents. */
function validateConfirmForeign(
  input: ConfirmForeignChangeInput | undefined,
  undelivered: UndeliveredJobs,
): void {
  // Operators type it.
  const id = String(input?.signatureJobId);
  if (!/^\d{1,18}$/u.test(id)) {
    throw refusal('INVALID_REQUEST', 'Name the job: {"signatureJobId":"…"}, up to 18 digits.');
  }
  if (!undelivered.isForeign(id)) {
    throw refusal('CHANGE_NOT_FOREIGN', `This queue delivered no foreign change of job ${id}.`);
  }
}

function refusal(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
