/** Timers ring late. So much of it is not added to the distance, or busy machines would lose calls; in milliseconds. */
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

  /** A call goes now that has waited since that moment. */
  take(now: number, waitedSince: number): void {
    // Late is only a turn that somebody was waiting for.
    const due = waitedSince <= this.#next ? this.#next : now;
    this.#next = Math.max(due + this.#spacingMs, now + this.#spacingMs - FORGIVEN_LATENESS_MS);
  }

  /** Nobody goes before that moment. */
  notBefore(time: number): void {
    this.#next = Math.max(this.#next, time);
  }

  /** Another distance, from the next call on. */
  change(spacingMs: number): void {
    this.#spacingMs = spacingMs;
  }
}
