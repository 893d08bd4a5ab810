/** Rows under way when a batch begins, and the fewest. */
const FEWEST = 2;
const MOST = 10;
/** The shortest time that counts, in milliseconds: a worker looks every 200 ms. */
const SHORTEST_MS = 250;
/** The shortest time is measured again after this time, in milliseconds, with the fewest rows: the service may have become slower. */
const MEASURE_EVERY_MS = 10 * 60_000;

/**
 * How many rows of a batch may be under way at once, from the start to the creation. It grows while the time that rows take stays
 * near the shortest, and shrinks when that time grows, as TCP Vegas does: then rows wait for each other, for the service's limit
 * or for a busy machine, and jobs of people would wait with them.
 */
export class BatchWindow {
  #size = FEWEST;
  #shortestMs = Infinity;
  #measuredAt = performance.now();

  get size(): number {
    return this.#size;
  }

  /** A row was created. @param tookMs from its start, in milliseconds */
  created(tookMs: number): void {
    if (performance.now() - this.#measuredAt > MEASURE_EVERY_MS) {
      this.#measuredAt = performance.now();
      this.#shortestMs = Infinity;
      this.#size = FEWEST;
    }
    const ms = Math.max(tookMs, SHORTEST_MS);
    this.#shortestMs = Math.min(this.#shortestMs, ms);
    const waiting = this.#size * (1 - this.#shortestMs / ms);
    if (waiting < 1) this.#size = Math.min(this.#size + 1, MOST);
    if (waiting > 2) this.#size = Math.max(this.#size - 1, FEWEST);
  }
}
