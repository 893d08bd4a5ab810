import { performance } from 'node:perf_hooks';

/** When the calls of one process go. */
export interface Rhythm {
  /** From one call to the next, in milliseconds. */
  readonly spacingMs: number;
  /**
   * Which of several processes this one is, from 0, and of how many: then each calls at its own moment of a common
   * round. Absent: the process knows nothing of the others, or is alone.
   */
  readonly place?: { readonly number: number; readonly processes: number };
}

/** Timers ring late. So much of it is not added to the distance, or busy machines would lose calls; in milliseconds. */
const FORGIVEN_LATENESS_MS = 20;

/** The service counts calls in a second. Spec: getting started, rate limits. */
const COUNTED_MS = 1000;

/**
 * The moments at which calls may go, on this process' own clock that never jumps. With a place in a round they lie on
 * a grid of the wall clock, so clocks of several machines must agree within some 50 ms (any time service does better).
 */
export class TurnTimes {
  #rhythm: Rhythm;
  #last = -Infinity;
  #next = -Infinity;

  constructor(rhythm: Rhythm) {
    this.#rhythm = rhythm;
  }

  get spacingMs(): number {
    return this.#rhythm.spacingMs;
  }

  /** When the next call may go, seen from now. */
  next(now: number): number {
    if (now < this.#next) return this.#next;
    // After a second without a call one may go outside the round: a lone call waits for nothing.
    return this.#rhythm.place === undefined || now - this.#last >= COUNTED_MS ? now : this.#inRound(now);
  }

  /** A call goes now that has waited since that moment. */
  take(now: number, waitedSince: number): void {
    const { spacingMs } = this.#rhythm;
    // Late is only a turn that somebody was waiting for.
    const due = waitedSince <= this.#next ? this.#next : now;
    this.#last = now;
    this.#next = this.#inRound(Math.max(due + spacingMs, now + spacingMs - FORGIVEN_LATENESS_MS));
  }

  /** Nobody goes before that moment. */
  notBefore(time: number): void {
    this.#next = Math.max(this.#next, time);
  }

  /**
   * Another rhythm from now on. A whole second without a call lies between, so that the two never add up.
   * @returns whether it was another one
   */
  change(rhythm: Rhythm): boolean {
    const { spacingMs, place } = this.#rhythm;
    const same =
      spacingMs === rhythm.spacingMs &&
      place?.number === rhythm.place?.number &&
      place?.processes === rhythm.place?.processes;
    if (same) return false;
    this.#rhythm = rhythm;
    const free = this.#last + COUNTED_MS;
    if (free > performance.now()) this.notBefore(this.#inRound(free));
    return true;
  }

  /** The next moment that is this process' own in the round, where there is one. */
  #inRound(time: number): number {
    const { spacingMs, place } = this.#rhythm;
    if (place === undefined) return time;
    const ahead = Date.now() - performance.now();
    const own = (place.number * spacingMs) / place.processes;
    const since = (((time + ahead - own) % spacingMs) + spacingMs) % spacingMs;
    // The wall clock tells whole milliseconds and timers ring late: a little after the moment is still that moment.
    return since <= FORGIVEN_LATENESS_MS ? time : time + spacingMs - since;
  }
}
