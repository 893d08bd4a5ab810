import { Context, log } from '@temporalio/activity';
import type { StatusQueueInput } from '@signering/contract';
import { isFinal, SigningError } from '@signering/schema';
import type { QueueAnswer } from '@signering/signing-api';
import { checkStorageId, demandStorageId } from '@signering/storage';
import { isGone } from './confirm-final-change.js';
import type { Delivery } from './classify-status-change.js';
import { deliverStatusChange } from './deliver-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import { DrainedChanges, type DrainedFacts } from './drained-changes.js';
import { entryFaultOf } from './entry-fault.js';
import { directQueue, portalQueue, type FlowQueue, type PolledChange } from './flow-queues.js';
import { recordConfirmationOf } from './record-confirmation.js';
import { RepeatedSignals } from './repeated-signals.js';

/**
 * How long nothing is fetched after an intermediate confirmation that got no answer, in milliseconds: it may still be
 * under way, and would confirm a newer change of the same job if that were handed out meanwhile.
 */
const UNANSWERED_CONFIRMATION_PAUSE_MS = 60_000;

/** A drain returns after this many changes, so that the workflow's history records its progress. */
const MOST_CHANGES = 500;

/** After this many unreadable answers in a row the fault is not one of single changes. */
const MOST_UNREADABLE = 20;

export interface DrainStatusQueueInput extends Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue'
> {
  /** Foreign jobs whose changes an operator wants confirmed. */
  readonly confirmForeign: readonly string[];
  /** Jobs whose changes were not delivered so far. */
  readonly undelivered: readonly string[];
}

export interface DrainStatusQueueResult extends DrainedFacts {
  /** How long to wait before the queue may be asked again, in milliseconds. */
  readonly nextPollInMs: number;
}

/** What an attempt that fails leaves for the next one, as heartbeat details. */
interface InterruptedDrain<Change> {
  readonly facts: DrainedFacts;
  /** Fetched and not delivered, because of a fault that every change would meet. */
  readonly inHand?: Change;
}

type Dependencies = Pick<
  ActivityDependencies,
  'portal' | 'direct' | 'signedDocuments' | 'ledger' | 'storageIdentity' | 'temporal'
>;
type DrainDependencies = Dependencies & { readonly repeated: RepeatedSignals };

export const createDrainStatusQueueActivity = (given: Dependencies) => {
  const dependencies = { ...given, repeated: new RepeatedSignals() };
  return {
    /**
     * Fetches one change after the other, signals the workflow of each, and confirms the intermediate ones right away,
     * until the queue is empty. The fault of one job is recorded and its change skipped. A fault that every change would
     * meet ends the attempt; the next one delivers the change in hand before it fetches another, so that an outage does
     * not empty the queue. Storage that is no longer there is such a fault: every job would be FOREIGN. Safe to repeat: what was fetched and not confirmed comes again after ten minutes.
     */
    drainStatusQueue: (input: DrainStatusQueueInput): Promise<DrainStatusQueueResult> =>
      input.flow === 'PORTAL'
        ? drain(input, portalQueue(dependencies), dependencies)
        : drain(input, directQueue(dependencies), dependencies),
  };
};

async function drain<Change extends PolledChange>(
  input: DrainStatusQueueInput,
  queue: FlowQueue<Change>,
  dependencies: DrainDependencies,
): Promise<DrainStatusQueueResult> {
  const earlier = Context.current().info.heartbeatDetails as InterruptedDrain<Change> | undefined;
  const drained = new DrainedChanges(input, earlier?.facts);
  const result = (nextPollInMs: number) => ({ nextPollInMs, ...drained.facts });
  let inHand = earlier?.inHand;
  let unreadable = 0;
  const storage = await storageThatStays(dependencies);
  const options = { input, queue, drained, dependencies, storage };
  try {
    // Not confirmed: an attempt after the interrupted one may have been handed a newer change of the same job.
    if (inHand !== undefined) await takeChange(inHand, options);
    for (let fetched = 0; fetched < MOST_CHANGES; fetched += 1) {
      inHand = undefined;
      await storage.check();
      const answer = await fetchNext(input, queue);
      const { nextPollInMs } = answer;
      if (answer.kind === 'EMPTY') return result(nextPollInMs);
      if (answer.kind === 'UNREADABLE') {
        unreadable += 1;
        if (unreadable > MOST_UNREADABLE) throw answer.error;
        const { code, facts } = answer.error;
        drained.recordUndelivered({
          reason: 'UNDELIVERABLE',
          code,
          ...(facts.signatureJobId !== undefined && { signatureJobId: facts.signatureJobId }),
        });
      } else {
        unreadable = 0;
        inHand = answer.change;
        const { confirmNow, delivery } = await takeChange(inHand, options);
        const confirmation = confirmNow ? await confirmOnce(inHand, dependencies) : undefined;
        if (confirmation === 'UNANSWERED') {
          return result(Math.max(nextPollInMs, UNANSWERED_CONFIRMATION_PAUSE_MS));
        }
        if (confirmation === 'CONFIRMED' && delivery === 'SETTLED' && isFinal(inHand)) {
          const { organizationNumber, flow } = input;
          await recordConfirmationOf({ ...inHand, organizationNumber, flow }, dependencies.ledger);
        }
      }
      if (nextPollInMs > 0) return result(nextPollInMs);
    }
    return result(0);
  } catch (error) {
    const interrupted: InterruptedDrain<Change> = {
      facts: drained.facts,
      ...(inHand !== undefined && { inHand }),
    };
    Context.current().heartbeat(interrupted);
    throw error;
  }
}

/** Ends the attempt when the storage that it started on is no longer there, such as an unmounted volume. */
interface StorageThatStays {
  /** @throws STORAGE_UNAVAILABLE (retryable), STORAGE_MISMATCH (retryable) */
  check(): Promise<void>;
}

async function storageThatStays({ storageIdentity }: DrainDependencies): Promise<StorageThatStays> {
  const id = await demandStorageId(storageIdentity);
  return { check: () => checkStorageId(storageIdentity, id) };
}

interface TakeOptions<Change extends PolledChange> {
  readonly input: DrainStatusQueueInput;
  readonly queue: FlowQueue<Change>;
  readonly drained: DrainedChanges;
  readonly dependencies: DrainDependencies;
  readonly storage: StorageThatStays;
}

/** What became of a change that was fetched. */
interface TakenChange {
  /** Absent where the change cannot be delivered. */
  readonly delivery?: Delivery;
  readonly confirmNow: boolean;
}

/** Delivers a change, or records why it is not delivered. */
async function takeChange<Change extends PolledChange>(
  change: Change,
  { input, queue, drained, dependencies, storage }: TakeOptions<Change>,
): Promise<TakenChange> {
  const { organizationNumber, flow } = input;
  const { signatureJobId } = change;
  let delivery: Delivery;
  try {
    const { repeated } = dependencies;
    delivery = await deliverStatusChange(change, { organizationNumber, flow, queue, repeated }, dependencies);
  } catch (error) {
    const code = entryFaultOf(error);
    if (code === undefined) throw error;
    drained.recordUndelivered({ signatureJobId, reason: 'UNDELIVERABLE', code });
    return { confirmNow: false };
  }
  // A ledger that has vanished knows no job.
  if (delivery === 'FOREIGN') await storage.check();
  const isWanted = delivery === 'FOREIGN' && input.confirmForeign.includes(signatureJobId);
  if (delivery === 'STRANDED' || (delivery === 'FOREIGN' && !isWanted)) {
    drained.recordUndelivered({ signatureJobId, reason: delivery });
    return { delivery, confirmNow: false };
  }
  if (isWanted || input.undelivered.includes(signatureJobId)) drained.recordResolved(signatureJobId);
  const isTaken = delivery === 'SIGNALLED' || delivery === 'DUPLICATE';
  const isDone = delivery === 'SETTLED' || delivery === 'GHOST';
  return { delivery, confirmNow: isWanted || isDone || (isTaken && !isFinal(change)) };
}

type Fetched<Change> =
  | QueueAnswer<Change>
  | { readonly kind: 'UNREADABLE'; readonly error: SigningError; readonly nextPollInMs: number };

/** One fetch. A queue that was asked too early is empty until it may be asked again. */
async function fetchNext<Change extends PolledChange>(
  { organizationNumber, pollingQueue }: DrainStatusQueueInput,
  queue: FlowQueue<Change>,
): Promise<Fetched<Change>> {
  const signal = Context.current().cancellationSignal;
  try {
    return await queue.fetchStatusChange({ organizationNumber, pollingQueue }, { signal });
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const nextPollInMs = error.facts.retryAfterMs;
    // The change that cannot be read has left the queue all the same.
    if (error.code === 'UNREADABLE_RESPONSE')
      return { kind: 'UNREADABLE', error, nextPollInMs: nextPollInMs ?? 0 };
    if (nextPollInMs === undefined) throw error;
    return { kind: 'EMPTY', nextPollInMs };
  }
}

/**
 * How a confirmation ended. NOT_CONFIRMED: the service refused it, or there is nothing to confirm. UNANSWERED: the
 * service may still carry it out.
 */
type Confirmation = 'CONFIRMED' | 'NOT_CONFIRMED' | 'UNANSWERED';

/** Confirms a change, once: a second try might confirm a newer one. If it fails, the change comes again. */
async function confirmOnce(change: PolledChange, { signedDocuments }: Dependencies): Promise<Confirmation> {
  if (change.confirmationUrl === undefined) return 'NOT_CONFIRMED';
  const signal = Context.current().cancellationSignal;
  try {
    await signedDocuments.confirmStatusChange(change.confirmationUrl, { signal });
    return 'CONFIRMED';
  } catch (error) {
    // A worker that stops leaves it under way: another fetch right after it could have a newer change confirmed.
    if (signal.aborted && !(error instanceof SigningError)) return 'UNANSWERED';
    if (!(error instanceof SigningError)) throw error;
    if (isGone(error)) return 'CONFIRMED';
    log.warn('An intermediate status change was not confirmed; it comes again.', {
      signatureJobId: change.signatureJobId,
      code: error.code,
    });
    return error.facts.httpStatus === undefined ? 'UNANSWERED' : 'NOT_CONFIRMED';
  }
}
