/** The constructor's argument of {@link RefillingBudget}. */
export interface RefillingBudgetOptions {
  /** The most that can be taken at once. */
  readonly capacity: number;
  /** One unit comes back in this time, in milliseconds. */
  readonly refillMs: number;
}

/**
 * A budget for calls that strangers can cause. One unit comes back at a time, up to the capacity. It reads no clock, so
 * that workflows can use it too: times are milliseconds since 1970.
 */
export class RefillingBudget {
  readonly #capacity: number;
  readonly #refillMs: number;
  #used = 0;
  /** Up to this moment units have come back. */
  #countedTo = 0;

  constructor({ capacity, refillMs }: RefillingBudgetOptions) {
    this.#capacity = capacity;
    this.#refillMs = refillMs;
  }

  /** How long to wait for the next unit, in milliseconds; 0 when there is one. */
  waitMs(now: number): number {
    this.#refill(now);
    return this.#used < this.#capacity ? 0 : this.#countedTo + this.#refillMs - now;
  }

  /** Takes one unit. False: there is none, and nothing was taken. */
  take(now: number): boolean {
    if (this.waitMs(now) > 0) return false;
    this.#used += 1;
    return true;
  }

  /** Gives back a unit that was taken. */
  giveBack(): void {
    this.#used = Math.max(0, this.#used - 1);
  }

  #refill(now: number): void {
    const units = Math.max(0, Math.floor((now - this.#countedTo) / this.#refillMs));
    this.#used = Math.max(0, this.#used - units);
    this.#countedTo = this.#used === 0 ? now : this.#countedTo + units * this.#refillMs;
  }
}
