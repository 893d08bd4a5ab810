import {
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  batchChangedSignal,
  describeBatchQuery,
  type BatchCounts,
  type BatchEndedEmail,
  type BatchPosition,
  type BatchResult,
  type BatchSendingInput,
  type EmailOutcome,
} from '@signering/contract';
import { advanceBatch, sendEmail } from './activities.js';
import { demandInputVersion } from './input-version.js';

/** Before the next run when nothing has changed, in milliseconds: the pause grows while that lasts. */
const SHORTEST_PAUSE_MS = 2_000;
/** As {@link SHORTEST_PAUSE_MS}, when rows are left to send. */
const LONGEST_PAUSE_OF_SENDING_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A count of all rows takes at most one part in so many of the time. */
const COUNTING_PART = 10;
/** The email about the end is given up after this time. */
const TRY_FOR_MS = 3 * 24 * 60 * 60_000;

const START: BatchPosition = { handled: 0 };

/**
 * Sends the jobs of one batch, behind people's jobs, and counts their outcomes until every row has one, of which it sends an
 * email to the person who made the batch. Rows, and what people ordered, are in storage; the job of each row has its own
 * workflow.
 */
export async function batchSending(input: BatchSendingInput): Promise<BatchResult> {
  demandInputVersion(input);
  const { organizationNumber, reference } = input;
  let { emailsTo } = input;
  let position = input.before ?? START;
  let counts: BatchCounts | undefined;
  let isPaused = false;
  let changes = 0;
  let pauseMs = SHORTEST_PAUSE_MS;
  let telling: CancellationScope | undefined;
  // The activity stops by itself when storage has an order that it does not know: it is not cancelled.
  setHandler(batchChangedSignal, (change) => {
    changes += 1;
    emailsTo = change?.emailsTo ?? emailsTo;
    // The batch may have new rows: they do not wait for a mail server.
    telling?.cancel();
  });
  setHandler(describeBatchQuery, () => ({
    version: 1,
    organizationNumber,
    reference,
    ...position,
    isPaused,
    ...(counts !== undefined && { counts }),
  }));

  for (;;) {
    const before = counts;
    const seen = changes;
    const advanced = await advanceBatch({ organizationNumber, reference, ...position });
    const { handled, later = [], opened, hasMore, hasMoved, hasEnded, countedInMs = 0 } = advanced;
    const { sendsEmails = false } = advanced;
    ({ isPaused, counts = counts } = advanced);
    position = {
      handled,
      ...(later.length > 0 && { later }),
      ...(opened !== undefined && { opened }),
    };
    if (counts !== undefined) setCurrentDetails(detailsOf(counts, isPaused));
    if (hasEnded && counts !== undefined && changes === seen) {
      // False when rows were released since: another run of this workflow may not know the person.
      let isTrue = true;
      if (sendsEmails && opened !== undefined && emailsTo !== undefined) {
        telling = new CancellationScope();
        const email = { organizationNumber, reference, recipient: emailsTo, email: emailOf(counts, opened) };
        isTrue = (await tellEnd(email, telling)) !== 'NO_LONGER_TRUE';
        telling = undefined;
      }
      if (isTrue && changes === seen) return { version: 1, organizationNumber, reference, counts };
    }
    if (changes === seen && !(hasMore && hasMoved)) {
      const longestMs = hasMore ? LONGEST_PAUSE_OF_SENDING_MS : LONGEST_PAUSE_MS;
      const isSlower = !hasMoved && isSame(counts, before);
      pauseMs = isSlower ? Math.min(pauseMs * 1.5, longestMs) : SHORTEST_PAUSE_MS;
      const waitMs = Math.max(pauseMs, countedInMs * COUNTING_PART);
      await condition(() => changes !== seen, waitMs, { summary: 'Until the next look' });
    }
    if (workflowInfo().continueAsNewSuggested) {
      const kept = { ...input, ...(emailsTo !== undefined && { emailsTo }) };
      await continueAsNew<typeof batchSending>({ ...kept, before: position });
    }
  }
}

/**
 * @param scope cancelled when the batch may go on
 * @returns undefined when the email was not sent
 */
async function tellEnd(
  input: Parameters<typeof sendEmail>[0],
  scope: CancellationScope,
): Promise<EmailOutcome | undefined> {
  try {
    return await scope.run(() => sendEmail(input, TRY_FOR_MS));
  } catch (error) {
    if (!scope.consideredCancelled) log.warn('An email about a batch was given up.', { error });
    return undefined;
  }
}

function emailOf(counts: BatchCounts, opened: number): BatchEndedEmail {
  return {
    kind: 'BATCH_ENDED',
    opened,
    signed: counts.SIGNED,
    rejected: counts.REJECTED,
    expired: counts.EXPIRED,
    cancelled: counts.CANCELLED + counts.WITHDRAWN,
    failed: counts.FAILED + counts.UNREADABLE,
  };
}

function isSame(counts: BatchCounts | undefined, before: BatchCounts | undefined): boolean {
  return (
    before !== undefined &&
    Object.entries(counts ?? before).every(([state, count]) => before[state as keyof BatchCounts] === count)
  );
}

function detailsOf(counts: BatchCounts, isPaused: boolean): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  const rows = shown.map(([state, count]) => `${count} ${state.toLowerCase()}`).join(', ');
  return `${isPaused ? 'Paused. ' : ''}Rows: ${rows === '' ? 'none' : rows}.`;
}
