import { setTimeout as delay } from 'node:timers/promises';
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
 * For so long after a signal the poller counts as running, in milliseconds, and a job that needs it no longer than the signal said
 * sends none. Each signal asks for so much more, for the jobs that start in that time. A poller that an operator terminates
 * meanwhile is started again by the walk through the open jobs, as after any signal.
 */
const COVERS_MS = 5_000;

/** Between two signals to a poller, in milliseconds. */
const PAUSE_MS = 1_000;

/**
 * Sends one signal to a poller at a time, with a pause between two; those that are wanted meanwhile go together as the next one, and
 * none is sent that the last one covers. With a signal for each job of a burst, Temporal was so busy with them that it did not
 * hand out the poller's activity, also for most of a minute after the burst: the tasks of a busy workflow are put off, each time for
 * longer.
 */
class JoinedFollows {
  readonly #send: (queue: FollowStatusQueueInput) => Promise<void>;
  /** By poller: the last signal that was wanted. */
  readonly #last = new Map<string, WantedSignal>();

  constructor(send: (queue: FollowStatusQueueInput) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when a signal was sent that covers this time. @throws the error of that signal */
  follow(queue: FollowStatusQueueInput): Promise<void> {
    const { organizationNumber, flow, pollingQueue, followUntil } = queue;
    const id = statusQueueWorkflowId(organizationNumber, flow, pollingQueue);
    const last = this.#last.get(id);
    if (last?.covers(followUntil) === true || last?.extend(followUntil) === true) return last.sent;
    const next = new WantedSignal(followUntil, last, (until) => this.#send({ ...queue, followUntil: until }));
    this.#last.set(id, next);
    return next.sent;
  }
}

/** A signal that waits for the one before, and then says the latest time that was wanted until then. */
class WantedSignal {
  readonly sent: Promise<void>;
  /** Since 1970, in milliseconds. */
  #until: number;
  #hasBegun = false;
  #hasFailed = false;
  /** By a clock that never jumps, in milliseconds; undefined until Temporal has answered. */
  #sentAt: number | undefined;

  constructor(followUntil: string, before: WantedSignal | undefined, send: (until: string) => Promise<void>) {
    this.#until = timeWithMargin(followUntil);
    this.sent = this.#sendAfter(before, send);
  }

  /** It need not be said again that the poller is needed until this time. */
  covers(followUntil: string): boolean {
    if (this.#hasFailed || Date.parse(followUntil) > this.#until) return false;
    return this.#sentAt === undefined || performance.now() < this.#sentAt + COVERS_MS;
  }

  /** Says this time too, unless it is on its way already. */
  extend(followUntil: string): boolean {
    if (this.#hasBegun) return false;
    this.#until = Math.max(this.#until, timeWithMargin(followUntil));
    return true;
  }

  /** Resolves when the next one may be sent: at once after a failure. */
  async untilNext(): Promise<void> {
    await this.sent.catch(() => undefined);
    if (this.#sentAt !== undefined) await delay(this.#sentAt + PAUSE_MS - performance.now());
  }

  async #sendAfter(before: WantedSignal | undefined, send: (until: string) => Promise<void>): Promise<void> {
    await before?.untilNext();
    this.#hasBegun = true;
    try {
      await send(new Date(this.#until).toISOString());
      this.#sentAt = performance.now();
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}

function timeWithMargin(followUntil: string): number {
  return Date.parse(followUntil) + COVERS_MS;
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
