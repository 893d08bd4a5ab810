import { Context } from '@temporalio/activity';
import type { StatusQueueInput } from '@signering/contract';
import { isFinal, SigningError } from '@signering/schema';
import type { QueueAnswer } from '@signering/signing-api';
import { checkStorageId, demandStorageId } from '@signering/storage';
import type { Delivery } from './classify-status-change.js';
import { confirmOnce, FetchedChange } from './confirm-fetched-change.js';
import { deliverStatusChange } from './deliver-status-change.js';
import type { ActivityDependencies } from './dependencies.js';
import { DrainedChanges, type DrainedFacts } from './drained-changes.js';
import { entryFaultOf } from './entry-fault.js';
import { SenderNotAllowedError } from './errors.js';
import { directQueue, portalQueue, type FlowQueue, type PolledChange } from './flow-queues.js';
import { passedOnState, passOn } from './heartbeat-interceptor.js';
import { publishArchived } from './publish-events.js';
import { recordConfirmationOf } from './record-confirmation.js';
import { RepeatedSignals } from './repeated-signals.js';

/**
 * Pause after an intermediate confirmation without an answer, in milliseconds: the confirmation may still arrive, and
 * would confirm a newer change of the same job if that were fetched now.
 */
const UNANSWERED_CONFIRMATION_PAUSE_MS = 60_000;

/** Returns after this many changes so that history records progress. */
const MOST_CHANGES = 500;

/** After this many unreadable answers in a row the fault is not limited to single changes. */
const MOST_UNREADABLE = 20;

export interface DrainStatusQueueInput extends Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue'
> {
  /** Foreign jobs whose changes an operator has confirmed. */
  readonly confirmForeign: readonly string[];
  /** Jobs whose changes were not delivered so far. */
  readonly undelivered: readonly string[];
}

export interface DrainStatusQueueResult extends DrainedFacts {
  /** Until the next permitted poll, in milliseconds. */
  readonly nextPollInMs: number;
}

/** State that a failing attempt passes to the next one. */
interface InterruptedDrain<Change> {
  readonly facts: DrainedFacts;
  /** Fetched, and not delivered because of a fault that affects every change. */
  readonly inHand?: Change;
}

type Dependencies = Pick<
  ActivityDependencies,
  | 'portal'
  | 'direct'
  | 'signedDocuments'
  | 'archive'
  | 'ledger'
  | 'storageIdentity'
  | 'temporal'
  | 'taskQueue'
  | 'senders'
  | 'webhookReceivers'
>;
type DrainDependencies = Dependencies & { readonly repeated: RepeatedSignals };

export const createDrainStatusQueueActivity = (given: Dependencies) => {
  const dependencies = { ...given, repeated: new RepeatedSignals() };
  return {
    /**
     * Fetches the changes of a queue until it is empty, signals the workflow of each, and confirms the intermediate ones.
     * A fault of one job is recorded and its change skipped. A fault that affects every change, such as missing storage,
     * ends the attempt; the next attempt delivers the change in hand before it fetches another, so that an outage does
     * not empty the queue. Safe to repeat: unconfirmed changes are delivered again after ten minutes.
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
  if (!dependencies.senders.has(input.organizationNumber)) {
    // Repeated until the settings name the sender: its open jobs wait.
    throw new SenderNotAllowedError(input.organizationNumber, 'its queue was not polled');
  }
  const earlier = passedOnState() as InterruptedDrain<Change> | undefined;
  const drained = new DrainedChanges(input, earlier?.facts);
  const result = (nextPollInMs: number) => ({ nextPollInMs, ...drained.facts });
  let inHand = earlier?.inHand;
  let unreadable = 0;
  const storage = await storageThatStays(dependencies);
  const options = { input, queue, drained, dependencies, storage };
  try {
    // Not confirmed: another attempt may have fetched a newer change of the same job.
    if (inHand !== undefined) await takeChange(inHand, options);
    passOn({ facts: drained.facts } satisfies InterruptedDrain<Change>);
    for (let fetches = 0; fetches < MOST_CHANGES; fetches += 1) {
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
        const fetched = new FetchedChange(inHand);
        const { confirmNow, delivery } = await takeChange(inHand, options);
        const confirmation = confirmNow ? await confirmOnce(fetched, dependencies) : undefined;
        if (confirmation === 'UNANSWERED') {
          return result(Math.max(nextPollInMs, UNANSWERED_CONFIRMATION_PAUSE_MS));
        }
        if (confirmation === 'CONFIRMED' && delivery === 'SETTLED' && isFinal(inHand)) {
          const { organizationNumber, flow } = input;
          const job = { ...inHand, organizationNumber, flow };
          const entry = await recordConfirmationOf(job, dependencies.ledger);
          if (entry !== undefined) await publishArchived(entry, dependencies);
        }
      }
      if (nextPollInMs > 0) return result(nextPollInMs);
    }
    return result(0);
  } catch (error) {
    passOn({
      facts: drained.facts,
      ...(inHand !== undefined && { inHand }),
    } satisfies InterruptedDrain<Change>);
    throw error;
  }
}

/** Ends the attempt when its storage is gone, such as an unmounted volume. */
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

/** How a fetched change was delivered. */
interface TakenChange {
  /** Absent for a change that cannot be delivered. */
  readonly delivery?: Delivery;
  readonly confirmNow: boolean;
}

/** Delivers a change, or records why it was not delivered. */
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
    // Without its storage every archive is incomplete.
    await storage.check();
    drained.recordUndelivered({ signatureJobId, reason: 'UNDELIVERABLE', code });
    return { confirmNow: false };
  }
  // Without its storage the ledger knows no job.
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

/** One fetch. A queue polled too early counts as empty until the permitted time. */
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
    // The unreadable change has left the queue.
    if (error.code === 'UNREADABLE_RESPONSE')
      return { kind: 'UNREADABLE', error, nextPollInMs: nextPollInMs ?? 0 };
    if (nextPollInMs === undefined) throw error;
    return { kind: 'EMPTY', nextPollInMs };
  }
}
