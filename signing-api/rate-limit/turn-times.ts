/** Timers fire late. This much lateness is not added to the interval, or busy machines would lose calls; in milliseconds. */
const FORGIVEN_LATENESS_MS = 20;

/** The moments at which calls may go, a fixed distance apart, on this process' own clock that never jumps. */
export class TurnTimes {
  #spacingMs: number;
  #next = -Infinity;

  /** @param spacingMs from one call to the next, in milliseconds */
  constructor(spacingMs: number) {
    this.#spacingMs = spacingMs;
  }

  get spacingMs(): number {
    return this.#spacingMs;
  }

  /** When the next call may go, seen from now. */
  next(now: number): number {
    return Math.max(now, this.#next);
  }

  /** Records a call that is sent now and has waited since then. */
  take(now: number, waitedSince: number): void {
    // Only a call that was waiting can be late.
    const due = waitedSince <= this.#next ? this.#next : now;
    this.#next = Math.max(due + this.#spacingMs, now + this.#spacingMs - FORGIVEN_LATENESS_MS);
  }

  /** Blocks all calls until that moment. */
  notBefore(time: number): void {
    this.#next = Math.max(this.#next, time);
  }

  /** Changes the interval, from the next call on. */
  change(spacingMs: number): void {
    this.#spacingMs = spacingMs;
  }
}

/**
 * For how long an answered call may still be counted: a second (Spec: getting started, rate limits), and a little for
 * clocks that do not run equally fast; in milliseconds.
 */
const COUNTED_MS = 1005;

/**
 * The calls that the service may be counting at this moment. It counts a call somewhere between its sending and its
 * answer. So every call that it counts within any second is, for us, either still unanswered or was answered less than a
 * second ago: while no more than the permitted calls are in that state, the limit holds, however late calls arrive or
 * answers come. Intervals between calls cannot guarantee that: a service that pauses for a moment counts all delayed calls
 * at once. The price is that a slow service gets fewer calls: with ten permitted, ten
 * in the time of an answer and a second.
 */
export class CountedCalls {
  #unanswered = 0;
  /** Until when the answered ones count, earliest first. */
  readonly #countedUntil: number[] = [];

  /**
   * A call goes now. Call what is returned with the moment at which its answer begins, or at which it is known that none
   * will come; only the first time matters.
   */
  begin(): (now: number) => void {
    let open = true;
    this.#unanswered += 1;
    return (now) => {
      if (!open) return;
      open = false;
      this.#unanswered -= 1;
      this.#countedUntil.push(now + COUNTED_MS);
    };
  }

  /** When there will be room for one more call. Where that depends on answers still to come: not before that moment. */
  roomAt(now: number, permitted: number): number {
    const tooMany = this.#count(now) - permitted;
    if (tooMany < 0) return now;
    return this.#countedUntil[tooMany] ?? now + COUNTED_MS;
  }

  #count(now: number): number {
    while ((this.#countedUntil[0] ?? Infinity) <= now) this.#countedUntil.shift();
    return this.#unanswered + this.#countedUntil.length;
  }
}
