/** The shortest time between two renderings of a page, in milliseconds. */
const RENDER_EVERY_MS = 3000;

/** One stream: touched by changes, until it is over. The page is sent once at the beginning. */
export class LiveStream {
  readonly #over: () => void;
  #isTouched = true;
  #takenAt = -Infinity;
  #isOver = false;
  #isFinal = false;
  #wake: (() => void) | undefined;

  /** @param over called once, when the stream is over */
  constructor(over: () => void) {
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
    this.#wake?.();
  }

  close({ isFinal = false } = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isFinal = isFinal;
    this.#wake?.();
    this.#over();
  }

  /** @returns whether something has changed since the last call, and that was long enough ago */
  takeTouch(): boolean {
    if (!this.#isReady) return false;
    this.#isTouched = false;
    this.#takenAt = performance.now();
    return true;
  }

  /** Waits until a touch can be taken or the stream is over, at most for this time. */
  async wait(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!this.#isOver && !this.#isReady && performance.now() < end) {
      const until = this.#isTouched ? Math.min(end, this.#takenAt + RENDER_EVERY_MS) : end;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - performance.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  get #isReady(): boolean {
    return this.#isTouched && performance.now() >= this.#takenAt + RENDER_EVERY_MS;
  }
}
