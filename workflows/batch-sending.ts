import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  batchChangedSignal,
  describeBatchQuery,
  type BatchCounts,
  type BatchResult,
  type BatchSendingInput,
} from '@signering/contract';
import { advanceBatch } from './activities.js';
import { demandInputVersion } from './input-version.js';

/** Between two counts of a batch whose rows are all sent, in milliseconds: the pause grows while nothing changes. */
const SHORTEST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * Sends the jobs of one batch, behind people's jobs, and counts their outcomes until every row has one. Rows, and what people
 * ordered, are in storage; the job of each row has its own workflow.
 */
export async function batchSending(input: BatchSendingInput): Promise<BatchResult> {
  demandInputVersion(input);
  const { organizationNumber, reference } = input;
  let handled = input.before?.handled ?? 0;
  let counts: BatchCounts | undefined;
  let isPaused = false;
  let changes = 0;
  let pauseMs = SHORTEST_PAUSE_MS;
  let advancing: CancellationScope | undefined;
  setHandler(batchChangedSignal, () => {
    changes += 1;
    // So that a pause or a cancellation takes effect at once. It may also concern rows that were handled.
    advancing?.cancel();
  });
  setHandler(describeBatchQuery, () => ({
    version: 1,
    organizationNumber,
    reference,
    handled,
    isPaused,
    ...(counts !== undefined && { counts }),
  }));

  for (;;) {
    const before = counts;
    const seen = changes;
    const scope = new CancellationScope();
    advancing = scope;
    const advanced = await scope
      .run(() => advanceBatch({ organizationNumber, reference, handled }))
      // The news came before a worker took the activity: the next one acts on it.
      .catch((error: unknown) => {
        if (isCancellation(error) && changes !== seen) return undefined;
        throw error;
      });
    advancing = undefined;
    if (advanced === undefined) {
      handled = 0;
      continue;
    }
    ({ counts, isPaused } = advanced);
    handled = changes === seen ? advanced.handled : 0;
    setCurrentDetails(detailsOf(counts, isPaused));
    if (advanced.hasEnded && changes === seen) return { version: 1, organizationNumber, reference, counts };
    if (!advanced.hasMore && changes === seen) {
      pauseMs = isSame(counts, before) ? Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS) : SHORTEST_PAUSE_MS;
      await condition(() => changes !== seen, pauseMs, { summary: 'Until the next count' });
      if (changes !== seen) handled = 0;
    }
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof batchSending>({ ...input, before: { handled } });
    }
  }
}

function isSame(counts: BatchCounts, before: BatchCounts | undefined): boolean {
  return (
    before !== undefined &&
    Object.entries(counts).every(([state, count]) => before[state as keyof BatchCounts] === count)
  );
}

function detailsOf(counts: BatchCounts, isPaused: boolean): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  const rows = shown.map(([state, count]) => `${count} ${state.toLowerCase()}`).join(', ');
  return `${isPaused ? 'Paused. ' : ''}Rows: ${rows === '' ? 'none' : rows}.`;
}
