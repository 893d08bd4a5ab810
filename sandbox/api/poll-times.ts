import { writeTimeExactly } from '../time-format.js';

/** The header with the time of the next permitted poll. */
export const NEXT_POLL_HEADER = 'x-next-permitted-poll-time';

/**
 * The next permitted poll of each queue, shared by all pollers of a queue. Kept in memory: after a restart every queue
 * may be polled immediately.
 */
export class PollTimes {
  readonly #next = new Map<string, Date>();
  readonly #emptyQueueWaitMs: number;
  #written = 0;

  constructor(emptyQueueWaitMs: number) {
    this.#emptyQueueWaitMs = emptyQueueWaitMs;
  }

  /** The next permitted poll of this queue, if it is in the future. */
  tooEarlyUntil(queue: string, now: Date): Date | undefined {
    const next = this.#next.get(queue);
    return next !== undefined && now < next ? next : undefined;
  }

  /** After an empty queue: sets the next poll to later. */
  afterEmptyQueue(queue: string, now: Date): Date {
    const next = new Date(now.getTime() + this.#emptyQueueWaitMs);
    this.#next.set(queue, next);
    return next;
  }

  /** After a delivered change: permits the next poll immediately. */
  afterStatusChange(queue: string, now: Date): Date {
    this.#next.delete(queue);
    // Clients wait for the difference to `Date`, which has whole seconds; a fraction would make them wait without reason.
    return new Date(Math.floor(now.getTime() / 1000) * 1000);
  }

  /** The header for a time, in varying formats, as the service does. */
  header(time: Date): Readonly<Record<string, string>> {
    return { [NEXT_POLL_HEADER]: writeTimeExactly(time, this.#written++) };
  }
}
