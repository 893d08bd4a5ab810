import { writeTimeNotBefore } from '../time-format.js';

/** The header that tells when a queue may be polled again. */
export const NEXT_POLL_HEADER = 'x-next-permitted-poll-time';

/**
 * When each queue may be polled next. All pollers of a queue share one time, so that an early poller waits. Kept in memory: after a restart every queue may be polled at once.
 */
export class PollTimes {
  readonly #next = new Map<string, Date>();
  readonly #emptyQueueWaitMs: number;
  #written = 0;

  constructor(emptyQueueWaitMs: number) {
    this.#emptyQueueWaitMs = emptyQueueWaitMs;
  }

  /** The time before which this queue must not be polled, when it lies ahead. */
  tooEarlyUntil(queue: string, now: Date): Date | undefined {
    const next = this.#next.get(queue);
    return next !== undefined && now < next ? next : undefined;
  }

  /** Nothing was in the queue: come back later. */
  afterEmptyQueue(queue: string, now: Date): Date {
    const next = new Date(now.getTime() + this.#emptyQueueWaitMs);
    this.#next.set(queue, next);
    return next;
  }

  /** Something was in the queue: there may be more at once. */
  afterStatusChange(queue: string, now: Date): Date {
    this.#next.delete(queue);
    // Clients wait for the difference to `Date`, which has no fractions: with them they would wait for nothing.
    return new Date(Math.floor(now.getTime() / 1000) * 1000);
  }

  /** The header for a time, written now this way and now that, as the service does. */
  header(time: Date): Readonly<Record<string, string>> {
    return { [NEXT_POLL_HEADER]: writeTimeNotBefore(time, this.#written++) };
  }
}
