import { performance } from 'node:perf_hooks';
import { RateLimitedError } from './errors/rate-limited-error.js';
import type { ApiOperation } from './operation.js';

/** How calls are spaced. */
export interface CallSpacingOptions {
  /** Calls a second at most; the distance between two is rounded up to whole milliseconds. */
  readonly callsPerSecond: number;
  /** Who would have to wait longer for a turn gives up at once, in milliseconds. */
  readonly maxWaitMs: number;
}

interface Waiting {
  readonly operation: ApiOperation;
  readonly deadline: number;
  readonly go: () => void;
  readonly giveUp: (reason: Error) => void;
}

/** Who asks for a turn. */
export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Lets the call go before those that nobody waits for. Operations that a person always waits for go first without.
   * @default false
   */
  readonly personWaits?: boolean;
}

/**
 * A person waits for the answer, so these go first. Creating is not among them: jobs are also sent in bulk.
 */
const INTERACTIVE: readonly ApiOperation[] = ['probe', 'cancel', 'redirectUrl', 'fetchStatus'];

/**
 * Lets calls go one by one, a fixed distance apart and never in bursts: the service blocks an organisation that makes
 * more than 10 calls a second for 30 seconds. One for each certificate's organisation in a process.
 */
export class CallSpacing {
  readonly #spacingMs: number;
  readonly #maxWaitMs: number;
  readonly #interactive: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #nextTurnAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ callsPerSecond, maxWaitMs }: CallSpacingOptions) {
    this.#spacingMs = Math.ceil(1000 / callsPerSecond);
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Resolves when the call may be made.
   * @throws RATE_LIMITED when that is too far away
   */
  turn(operation: ApiOperation, { signal, personWaits = false }: TurnOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const interactive = personWaits || INTERACTIVE.includes(operation);
    const queue = interactive ? this.#interactive : this.#others;
    const ahead = this.#interactive.length + (interactive ? 0 : this.#others.length);
    const now = performance.now();
    const expectedWait = Math.max(0, this.#nextTurnAt - now) + ahead * this.#spacingMs;
    if (expectedWait > this.#maxWaitMs) return Promise.reject(this.#noTurn(operation, expectedWait));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        operation,
        deadline: now + this.#maxWaitMs,
        go: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        giveUp: (reason) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      this.#letGo();
    });
  }

  /** Nobody goes for so many milliseconds: the service has blocked the organisation. */
  pause(durationMs: number): void {
    this.#nextTurnAt = Math.max(this.#nextTurnAt, performance.now() + durationMs);
    this.#letGo();
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#dismissHopeless(Math.max(now, this.#nextTurnAt));
    if (this.#nextTurnAt <= now) {
      const first = this.#interactive.shift() ?? this.#others.shift();
      if (first === undefined) return;
      this.#nextTurnAt = now + this.#spacingMs;
      first.go();
    }
    if (this.#interactive.length + this.#others.length > 0) {
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil(this.#nextTurnAt - now));
    }
  }

  #dismissHopeless(nextTurnAt: number): void {
    for (const queue of [this.#interactive, this.#others]) {
      for (const waiting of queue.splice(0)) {
        if (waiting.deadline >= nextTurnAt) queue.push(waiting);
        else waiting.giveUp(this.#noTurn(waiting.operation, nextTurnAt - performance.now()));
      }
    }
  }

  #noTurn(operation: ApiOperation, waitMs: number): RateLimitedError {
    return new RateLimitedError({ operation, retryAfterMs: Math.max(this.#spacingMs, Math.ceil(waitMs)) });
  }
}
