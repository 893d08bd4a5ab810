import { CallLanes } from './call-lanes.js';
import type { CallPriority } from '../calls.js';
import { RateLimitedError } from '../errors.js';

/** The first window, in bytes, and the smallest: one large package at a time, small ones together. */
const SMALLEST_WINDOW = 1_048_576;
const LARGEST_WINDOW = 33_554_432;

/** An upload that takes longer than this makes the window smaller, in milliseconds: 5 seconds are all it may take. */
const SLOW_MS = 2500;
/** An upload that takes less than this makes the window larger, in milliseconds. */
const FAST_MS = 1200;

/** Uploads below this size say nothing about the link: buffers take them at once. In bytes. */
const SMALLEST_MEASURED = 65_536;

/** Weight of the newest upload in the measured speed. */
const NEWEST = 0.3;

/** A package that is about to be sealed and sent. */
export interface UploadOptions {
  /** The size of its documents. */
  readonly bytes: number;
  readonly priority: CallPriority;
  readonly signal: AbortSignal | undefined;
}

/** An upload that may begin. */
export interface Upload {
  /**
   * Makes room for the next upload; only the first call counts.
   * @param uploadMs from the first byte until the answer, in milliseconds; 0 when nothing was sent
   */
  end(uploadMs: number): void;
}

interface Waiting {
  readonly bytes: number;
  readonly go: (upload: Upload) => void;
}

/**
 * Bounds the bytes of document packages that are on their way at once: packages that share a slow link would all arrive
 * after their signing time has become too old. One upload is always permitted. The window shrinks when an upload is
 * slow, and grows while uploads are fast and others wait.
 */
export class UploadWindow {
  readonly #maxWaitMs: number;
  readonly #lanes = new CallLanes<Waiting>();
  #windowBytes = SMALLEST_WINDOW;
  #bytesInFlight = 0;
  #uploads = 0;
  #msPerByte = 0.0001;
  #lastInvitation = 0;

  /** @param maxWaitMs how long an upload waits before it is turned away, in milliseconds */
  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Resolves when the package may be sealed and sent.
   * @throws RATE_LIMITED when that takes too long, with the time at which there should be room; the signal's reason
   */
  async enter({ bytes, priority, signal }: UploadOptions): Promise<Upload> {
    signal?.throwIfAborted();
    if (this.#fits(bytes) && this.#lanes.ahead('BACKGROUND') === 0) return this.#begin(bytes);
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#lanes.remove(priority, waiting);
      };
      const onAbort = () => {
        settle();
        reject(signal?.reason as Error);
        this.#letGo();
      };
      const waiting: Waiting = {
        bytes,
        go: (upload) => {
          settle();
          resolve(upload);
        },
      };
      const timer = setTimeout(() => {
        settle();
        reject(this.#noRoom(bytes));
        this.#letGo();
      }, this.#maxWaitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#lanes.add(priority, waiting);
    });
  }

  #fits(bytes: number): boolean {
    return this.#uploads === 0 || this.#bytesInFlight + bytes <= this.#windowBytes;
  }

  #begin(bytes: number): Upload {
    this.#bytesInFlight += bytes;
    this.#uploads += 1;
    let open = true;
    return {
      end: (uploadMs) => {
        if (!open) return;
        open = false;
        if (uploadMs > 0 && bytes >= SMALLEST_MEASURED) this.#measure(uploadMs);
        this.#bytesInFlight -= bytes;
        this.#uploads -= 1;
        this.#letGo();
      },
    };
  }

  #measure(uploadMs: number): void {
    this.#msPerByte = NEWEST * (uploadMs / this.#bytesInFlight) + (1 - NEWEST) * this.#msPerByte;
    if (uploadMs > SLOW_MS) {
      this.#windowBytes = Math.max(SMALLEST_WINDOW, Math.min(this.#windowBytes, this.#bytesInFlight) / 2);
    } else if (uploadMs < FAST_MS && this.#lanes.ahead('BACKGROUND') > 0) {
      this.#windowBytes = Math.min(LARGEST_WINDOW, this.#windowBytes * 1.25);
    }
  }

  #letGo(): void {
    for (;;) {
      const first = this.#lanes.next(() => true);
      if (first === undefined || !this.#fits(first.entry.bytes)) return;
      this.#lanes.take(first, () => true);
      first.entry.go(this.#begin(first.entry.bytes));
    }
  }

  /** Rejected uploads get retry times one after the other, as fast as the link carries them. */
  #noRoom(bytes: number): RateLimitedError {
    const now = performance.now();
    const soonest = now + Math.max(50, this.#bytesInFlight * this.#msPerByte - this.#maxWaitMs / 2);
    this.#lastInvitation = Math.max(soonest, this.#lastInvitation + bytes * this.#msPerByte);
    return new RateLimitedError({
      operation: 'create',
      retryAfterMs: Math.ceil(this.#lastInvitation - now),
    });
  }
}
