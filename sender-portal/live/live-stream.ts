import type { Clock } from './clock.js';

/** The shortest time between two renderings of a page, in milliseconds. */
const RENDER_EVERY_MS = 3000;

/** One stream: touched by changes, until it is over. The page is sent once at the beginning. */
export class LiveStream {
  readonly #clock: Clock;
  readonly #over: () => void;
  #isTouched = true;
  #takenAt = -Infinity;
  #isOver = false;
  #isFinal = false;
  /** Ends the pause that goes on. */
  #pausing = new AbortController();
  #awaitsTouch = false;

  /** @param over called once, when the stream is over */
  constructor(clock: Clock, over: () => void) {
    this.#clock = clock;
    this.#over = over;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The browser must not open it again. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  touch(): void {
    this.#isTouched = true;
    if (this.#awaitsTouch) this.#pausing.abort();
  }

  close({ isFinal = false } = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isFinal = isFinal;
    this.#pausing.abort();
    this.#over();
  }

  /** @returns whether something has changed since the last call, and that was long enough ago */
  takeTouch(): boolean {
    if (!this.#isReady) return false;
    this.#isTouched = false;
    this.#takenAt = this.#clock.now();
    return true;
  }

  /** Waits until a touch can be taken or the stream is over, at most for this time. */
  async wait(ms: number): Promise<void> {
    const end = this.#clock.now() + ms;
    this.#awaitsTouch = true;
    while (!this.#isOver && !this.#isReady && this.#clock.now() < end) {
      const until = this.#isTouched ? Math.min(end, this.#takenAt + RENDER_EVERY_MS) : end;
      await this.#pause(until - this.#clock.now());
    }
    this.#awaitsTouch = false;
  }

  /** @returns the result of the work; undefined when it takes longer than this, and when the stream is over */
  async within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
    if (this.#isOver) return undefined;
    try {
      return await Promise.race([work, this.#pause(ms)]);
    } finally {
      this.#pausing.abort();
    }
  }

  async #pause(ms: number): Promise<undefined> {
    this.#pausing = new AbortController();
    await this.#clock.wait(ms, this.#pausing.signal);
    return undefined;
  }

  get #isReady(): boolean {
    return this.#isTouched && this.#clock.now() >= this.#takenAt + RENDER_EVERY_MS;
  }
}
