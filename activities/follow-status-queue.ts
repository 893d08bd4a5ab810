import {
  followSignal,
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  statusQueueWorkflowId,
  WORKFLOW_TYPES,
  type StatusQueueInput,
} from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';
import { ANSWER_WITHIN_MS } from './start-claimed-job.js';

/** The queue to follow, and until when. */
export type FollowStatusQueueInput = Pick<
  StatusQueueInput,
  'organizationNumber' | 'flow' | 'pollingQueue' | 'followUntil'
>;

type Dependencies = Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'storageIdentity'>;

export const createFollowStatusQueueActivity = ({ temporal, taskQueue, storageIdentity }: Dependencies) => {
  const follows = new JoinedFollows((queue) =>
    startStatusQueue(queue, { temporal, taskQueue, storageIdentity }),
  );
  return {
    /** Starts the one poller of a queue, or extends its time. Safe to repeat. */
    followStatusQueue: (queue: FollowStatusQueueInput): Promise<void> => follows.follow(queue),
  };
};

/**
 * Sends one signal to a poller at a time; those that are wanted meanwhile go together as the next one. With one for each job of
 * a burst, the poller's workflow would handle signals until the burst is over, and fetch no status change.
 */
class JoinedFollows {
  readonly #send: (queue: FollowStatusQueueInput) => Promise<void>;
  /** By poller: the last signal that was wanted. */
  readonly #last = new Map<string, { readonly signal: WantedSignal; readonly sent: Promise<void> }>();

  constructor(send: (queue: FollowStatusQueueInput) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when a signal was sent that began after this call. @throws the error of that signal */
  follow(queue: FollowStatusQueueInput): Promise<void> {
    const { organizationNumber, flow, pollingQueue, followUntil } = queue;
    const id = statusQueueWorkflowId(organizationNumber, flow, pollingQueue);
    const last = this.#last.get(id);
    if (last?.signal.hasBegun === false) {
      if (followUntil > last.signal.followUntil) last.signal.followUntil = followUntil;
      return last.sent;
    }
    const signal: WantedSignal = { followUntil, hasBegun: false };
    const sent = this.#sendAfter(last?.sent, queue, signal);
    this.#last.set(id, { signal, sent });
    return sent;
  }

  async #sendAfter(
    before: Promise<void> | undefined,
    queue: FollowStatusQueueInput,
    signal: WantedSignal,
  ): Promise<void> {
    await before?.catch(() => undefined);
    signal.hasBegun = true;
    await this.#send({ ...queue, followUntil: signal.followUntil });
  }
}

/** What a signal will say, and others may add to it until it has begun. */
interface WantedSignal {
  followUntil: string;
  hasBegun: boolean;
}

/** Starts the one poller of a queue, or extends its time. Safe to repeat. */
export async function startStatusQueue(
  queue: FollowStatusQueueInput,
  { temporal, taskQueue, storageIdentity }: Dependencies,
): Promise<void> {
  // On another storage, whose ledger does not have the queue's jobs, all of them would be foreign.
  const storageId = await storageIdentity.find();
  const input: StatusQueueInput = { version: 1, ...queue, ...(storageId !== undefined && { storageId }) };
  // A signal that is never answered would hold up every job of its queue, which waits to send the next one.
  await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.workflow.signalWithStart(WORKFLOW_TYPES.statusQueue, {
      workflowId: statusQueueWorkflowId(queue.organizationNumber, queue.flow, queue.pollingQueue),
      taskQueue,
      // A poller that ended because no job needed it starts anew under the same id.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [input],
      signal: followSignal,
      signalArgs: [{ until: queue.followUntil }],
      staticSummary: `Polls ${queue.pollingQueue} of ${queue.organizationNumber}`,
      typedSearchAttributes: [
        { key: SIGNING_FLOW, value: queue.flow },
        { key: SIGNING_ORGANIZATION, value: queue.organizationNumber },
      ],
    }),
  );
}
