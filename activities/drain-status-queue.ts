import { Context, log } from '@temporalio/activity';
import type { StatusQueueInput } from '../contract/index.js';
import { isFinal, SigningError } from '../schema/index.js';
import type { QueueAnswer } from '../signing-api/index.js';
import { isGone } from './confirm-final-change.js';
import { deliverStatusChange } from './deliver-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import { directQueue, portalQueue, type FlowQueue, type PolledChange } from './flow-queues.js';

/**
 * How long nothing is fetched after an intermediate confirmation that got no answer, in milliseconds: it may still be
 * under way, and would confirm a newer change of the same job if that were handed out meanwhile.
 */
const UNANSWERED_CONFIRMATION_PAUSE_MS = 60_000;

/** A drain hands back now and then, so that the workflow's history shows what was seen. */
const MOST_CHANGES = 500;

export interface DrainStatusQueueInput extends Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue'
> {
  /** Jobs that nobody here knows, but whose changes an operator wants confirmed. */
  readonly confirmForeign: readonly string[];
}

export interface DrainStatusQueueResult {
  /** How long to wait before the queue may be asked again, in milliseconds. */
  readonly nextPollInMs: number;
  /** Jobs that nobody here knows, one for each time that a change of theirs was handed out and not confirmed. */
  readonly foreignJobIds: readonly string[];
  /** Jobs of ours whose workflow is gone with nothing archived: their changes are never confirmed. */
  readonly strandedJobIds: readonly string[];
  /** Jobs out of `confirmForeign` whose change was confirmed. */
  readonly confirmedForeign: readonly string[];
}

type Dependencies = Pick<ActivityDependencies, 'portal' | 'direct' | 'ledger' | 'temporal'>;

export const createDrainStatusQueueActivity = (dependencies: Dependencies) => ({
  /**
   * Fetches one change after the other, signals the workflow of each, and confirms the intermediate ones right away,
   * until the queue is empty. Safe to repeat: what was fetched and not confirmed comes again after ten minutes.
   */
  drainStatusQueue: (input: DrainStatusQueueInput): Promise<DrainStatusQueueResult> =>
    input.flow === 'PORTAL'
      ? drain(input, portalQueue(dependencies), dependencies)
      : drain(input, directQueue(dependencies), dependencies),
});

async function drain<Change extends PolledChange>(
  input: DrainStatusQueueInput,
  queue: FlowQueue<Change>,
  dependencies: Dependencies,
): Promise<DrainStatusQueueResult> {
  const { organizationNumber, flow } = input;
  const foreignJobIds: string[] = [];
  const strandedJobIds: string[] = [];
  const confirmedForeign: string[] = [];
  const result = (nextPollInMs: number) => ({
    nextPollInMs,
    foreignJobIds,
    strandedJobIds,
    confirmedForeign,
  });
  for (let fetched = 0; fetched < MOST_CHANGES; fetched += 1) {
    const answer = await fetchNext(input, queue);
    if (answer.kind === 'EMPTY') return result(answer.nextPollInMs);
    const { change } = answer;
    const { delivery, entry } = await deliverStatusChange(
      change,
      { organizationNumber, flow, queue },
      dependencies,
    );
    const wanted = delivery === 'FOREIGN' && input.confirmForeign.includes(change.signatureJobId);
    if (delivery === 'STRANDED') strandedJobIds.push(change.signatureJobId);
    if (delivery === 'FOREIGN') (wanted ? confirmedForeign : foreignJobIds).push(change.signatureJobId);
    const isDuplicate = delivery === 'DUPLICATE';
    if (isDuplicate && entry !== undefined) await queue.settleDuplicate(entry, change);
    const isTaken = delivery === 'SIGNALLED' || isDuplicate;
    const isDone = delivery === 'SETTLED' || delivery === 'GHOST';
    const confirmNow = wanted || isDone || (isTaken && !isFinal(change));
    if (confirmNow && !(await confirmOnce(change, dependencies))) {
      return result(Math.max(answer.nextPollInMs, UNANSWERED_CONFIRMATION_PAUSE_MS));
    }
    if (answer.nextPollInMs > 0) return result(answer.nextPollInMs);
  }
  return result(0);
}

/** One fetch; a queue that was asked too early is one that is empty until it may be asked again. */
async function fetchNext<Change extends PolledChange>(
  { organizationNumber, pollingQueue }: DrainStatusQueueInput,
  queue: FlowQueue<Change>,
): Promise<QueueAnswer<Change>> {
  const signal = Context.current().cancellationSignal;
  try {
    return await queue.fetchStatusChange({ organizationNumber, pollingQueue }, { signal });
  } catch (error) {
    const expected = error instanceof SigningError && error.facts.retryAfterMs !== undefined;
    if (!expected) throw error;
    return { kind: 'EMPTY', nextPollInMs: error.facts.retryAfterMs ?? 0 };
  }
}

/**
 * Confirms a change, once: a second try might confirm a newer one. If it fails, the change comes again.
 * Answers false when nobody knows whether the service will still carry it out.
 */
async function confirmOnce(change: PolledChange, { portal }: Dependencies): Promise<boolean> {
  if (change.confirmationUrl === undefined) return true;
  const signal = Context.current().cancellationSignal;
  try {
    await portal.confirmStatusChange(change.confirmationUrl, { signal });
    return true;
  } catch (error) {
    // A worker that stops leaves it under way: whoever fetched at once in its place could have a newer one confirmed.
    if (signal.aborted && !(error instanceof SigningError)) return false;
    if (!(error instanceof SigningError)) throw error;
    if (isGone(error)) return true;
    log.warn('An intermediate status change was not confirmed; it comes again.', {
      signatureJobId: change.signatureJobId,
      code: error.code,
    });
    return error.facts.httpStatus !== undefined;
  }
}
