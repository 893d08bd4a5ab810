/** The constructor's argument of {@link RefillingBudget}. */
export interface RefillingBudgetOptions {
  /** Units that can be taken at once. */
  readonly capacity: number;
  /** Time in which one unit is refilled, in milliseconds. */
  readonly refillMs: number;
}

/**
 * Token bucket for calls that unauthenticated parties can cause. It reads no clock, so that workflows can use it:
 * times are milliseconds since 1970.
 */
export class RefillingBudget {
  readonly #capacity: number;
  readonly #refillMs: number;
  #used = 0;
  /** Time up to which refilled units are counted. */
  #countedTo = 0;

  constructor({ capacity, refillMs }: RefillingBudgetOptions) {
    this.#capacity = capacity;
    this.#refillMs = refillMs;
  }

  /** Time until the next unit, in milliseconds; 0 when one is available. */
  waitMs(now: number): number {
    this.#refill(now);
    return this.#used < this.#capacity ? 0 : this.#countedTo + this.#refillMs - now;
  }

  /** Takes one unit. Returns false, and takes nothing, when none is available. */
  take(now: number): boolean {
    if (this.waitMs(now) > 0) return false;
    this.#used += 1;
    return true;
  }

  /** Returns a unit that was taken. */
  giveBack(): void {
    this.#used = Math.max(0, this.#used - 1);
  }

  #refill(now: number): void {
    const units = Math.max(0, Math.floor((now - this.#countedTo) / this.#refillMs));
    this.#used = Math.max(0, this.#used - units);
    this.#countedTo = this.#used === 0 ? now : this.#countedTo + units * this.#refillMs;
  }
}
