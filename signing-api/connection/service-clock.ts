import type { IncomingHttpHeaders } from 'node:http';

/** Where the service says when a queue may be polled again. */
const NEXT_POLL_HEADER = 'x-next-permitted-poll-time';

/** The status of an answer to a poll that came too early, which names the next poll too. */
const TOO_EARLY = 429;

/** `Date` has whole seconds. Spec: RFC 9110, 5.6.7. */
const RESOLUTION_MS = 1000;

/** Clocks drift, and the machines of the service differ a little, in milliseconds. */
const MARGIN_MS = 50;

/** After this time, what was learnt of the clock says nothing about the present any more, in milliseconds. */
const REMEMBERED_MS = 600_000;

/** An answer, and when its request began and the answer arrived, in milliseconds of a clock that never jumps. */
export interface TimedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly begunAt: number;
  readonly arrivedAt: number;
}

/**
 * What the answers of the service tell about its clock. Each tells it to the second only; several together tell it better,
 * because each is a limit. Our own time of day does not matter.
 */
export class ServiceClock {
  /** The service's clock minus ours is at least this; seen at `seenAt`, in milliseconds. */
  #lead: { readonly atLeast: number; readonly seenAt: number } | undefined;
  /** Until then each answer counts alone: a poll was too early, as when several machines answer whose clocks differ. */
  #distrustedUntil = -Infinity;

  /**
   * The wait until the next permitted poll, in milliseconds, counted from the arrival of the answer. Undefined if the header
   * is missing or malformed.
   */
  nextPollInMs({ status, headers, begunAt, arrivedAt }: TimedAnswer): number | undefined {
    const permitted = timeIn(headers[NEXT_POLL_HEADER]);
    const answered = timeIn(headers.date);
    if (answered === undefined) {
      return permitted === undefined ? undefined : Math.max(0, permitted - Date.now());
    }
    this.#learn({ atLeast: answered - arrivedAt, below: answered + RESOLUTION_MS - begunAt, arrivedAt });
    if (permitted === undefined) return undefined;
    if (status === TOO_EARLY) this.#distrustedUntil = arrivedAt + REMEMBERED_MS;
    const byThisAnswer = Math.max(0, permitted - answered);
    if (arrivedAt < this.#distrustedUntil) return byThisAnswer;
    const byAllAnswers = permitted - (arrivedAt + (this.#lead?.atLeast ?? 0)) + MARGIN_MS;
    return Math.max(0, Math.min(byThisAnswer, Math.ceil(byAllAnswers)));
  }

  #learn(seen: { readonly atLeast: number; readonly below: number; readonly arrivedAt: number }): void {
    const { atLeast, below, arrivedAt } = seen;
    const isOutdated =
      this.#lead === undefined ||
      this.#lead.atLeast >= below ||
      this.#lead.seenAt < arrivedAt - REMEMBERED_MS;
    if (isOutdated || atLeast > (this.#lead?.atLeast ?? -Infinity)) {
      this.#lead = { atLeast, seenAt: arrivedAt };
    }
  }
}

/** A time in a header, in milliseconds since 1970; undefined if it is absent or is no time. */
export function timeIn(header: string | string[] | undefined): number | undefined {
  const time = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
