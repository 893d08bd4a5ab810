import { performance } from 'node:perf_hooks';
import { CountedCalls } from './counted-calls.js';
import { RateLimitedError } from './errors/rate-limited-error.js';
import type { ApiOperation } from './operation.js';
import type { ShareOfCalls } from './share-of-calls.js';
import { TurnTimes } from './turn-times.js';

/** How calls are spaced. */
export interface CallSpacingOptions {
  readonly share: ShareOfCalls;
  /** Who would have to wait longer for a turn gives up at once, in milliseconds. */
  readonly maxWaitMs: number;
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

/** A call that may go. */
export interface Turn {
  /**
   * To be called when the answer begins, or when it is known that none will come: until a second after that the
   * service may count the call, so its successors wait.
   */
  answered(): void;
}

/** A place in the queue. Whoever leaves it without a turn lets the others move up. */
export interface PlaceInQueue {
  /**
   * Resolves when the call may be made, which must then happen at once: what takes time belongs before.
   * @throws RATE_LIMITED when that is too far away by now; the signal's reason when it aborts
   */
  turn(): Promise<Turn>;
  leave(): void;
}

interface Waiting {
  readonly operation: ApiOperation;
  readonly since: number;
  readonly deadline: number;
  readonly go: (turn: Turn) => void;
  readonly giveUp: (reason: Error) => void;
}

/** One who has entered: still preparing, or ready and waiting. */
interface Entry {
  waiting: Waiting | undefined;
}

/**
 * A person waits for the answer, so these go first. Creating is not among them: jobs are also sent in bulk.
 */
const INTERACTIVE: readonly ApiOperation[] = ['probe', 'cancel', 'redirectUrl', 'fetchStatus'];

/**
 * Lets calls go one by one, a fixed distance apart and never in bursts, and only while the service cannot be counting
 * more of them than permitted: it blocks an organisation that makes more than 10 calls a second for 30 seconds. One for
 * each certificate's organisation in a process.
 */
export class CallSpacing {
  readonly #times: TurnTimes;
  readonly #counted = new CountedCalls();
  #share: ShareOfCalls;
  readonly #maxWaitMs: number;
  readonly #interactive: Entry[] = [];
  readonly #others: Entry[] = [];
  #lastInvitation = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ share, maxWaitMs }: CallSpacingOptions) {
    this.#share = share;
    this.#times = new TurnTimes(share.spacingMs);
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Takes a place in the queue, with the turn still to come.
   * @throws RATE_LIMITED when it is too far away
   */
  enter(operation: ApiOperation, { signal, personWaits = false }: TurnOptions = {}): PlaceInQueue {
    signal?.throwIfAborted();
    const interactive = personWaits || INTERACTIVE.includes(operation);
    const queue = interactive ? this.#interactive : this.#others;
    const ahead = this.#interactive.length + (interactive ? 0 : this.#others.length);
    const now = performance.now();
    const expectedWait = this.#next(now) - now + ahead * this.#times.spacingMs;
    if (expectedWait > this.#maxWaitMs) throw this.#noTurn(operation, expectedWait);
    const entry: Entry = { waiting: undefined };
    queue.push(entry);
    return {
      turn: () => this.#wait(queue, entry, operation, signal),
      leave: () => this.#remove(queue, entry),
    };
  }

  /** Nobody goes for so many milliseconds: the service has blocked the organisation. */
  pause(durationMs: number): void {
    this.#times.notBefore(performance.now() + durationMs);
    this.#letGo();
  }

  /** Another share, because there are more or fewer who call. */
  change(share: ShareOfCalls): void {
    this.#share = share;
    this.#times.change(share.spacingMs);
    this.#letGo();
  }

  /** True while the service cannot be counting more than so many of the calls. */
  isWithin(calls: number): boolean {
    return this.#counted.count(performance.now()) <= calls;
  }

  /** Not before this moment may the next call go: an answer that does not come makes it later. */
  #next(now: number): number {
    const { calls, oneMoreUntil = -Infinity } = this.#share;
    const permitted = now < oneMoreUntil ? calls + 1 : calls;
    return Math.max(this.#times.next(now), this.#counted.roomAt(now, permitted));
  }

  #wait(
    queue: Entry[],
    entry: Entry,
    operation: ApiOperation,
    signal: AbortSignal | undefined,
  ): Promise<Turn> {
    signal?.throwIfAborted();
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#remove(queue, entry);
        reject(signal?.reason as Error);
      };
      entry.waiting = {
        operation,
        since,
        deadline: since + this.#maxWaitMs,
        go: (turn) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(turn);
        },
        giveUp: (reason) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#letGo();
    });
  }

  #remove(queue: Entry[], entry: Entry): void {
    const index = queue.indexOf(entry);
    if (index >= 0) queue.splice(index, 1);
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#dismissHopeless(this.#next(now));
    if (this.#next(now) <= now) this.#takeFirst(now);
    if (this.#firstReady() !== undefined) {
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil(this.#next(now) - now));
    }
  }

  #takeFirst(now: number): void {
    const first = this.#firstReady();
    if (first?.entry.waiting === undefined) return;
    this.#remove(first.queue, first.entry);
    this.#times.take(now, first.entry.waiting.since);
    const counted = this.#counted.begin();
    first.entry.waiting.go({
      answered: () => {
        counted(performance.now());
        this.#letGo();
      },
    });
  }

  /** Who is still preparing keeps the place and is passed by. */
  #firstReady(): { readonly queue: Entry[]; readonly entry: Entry } | undefined {
    for (const queue of [this.#interactive, this.#others]) {
      const entry = queue.find(({ waiting }) => waiting !== undefined);
      if (entry !== undefined) return { queue, entry };
    }
    return undefined;
  }

  #dismissHopeless(nextTurnAt: number): void {
    for (const queue of [this.#interactive, this.#others]) {
      for (const entry of [...queue]) {
        const { waiting } = entry;
        if (waiting === undefined || waiting.deadline >= nextTurnAt) continue;
        this.#remove(queue, entry);
        waiting.giveUp(this.#noTurn(waiting.operation, nextTurnAt - performance.now()));
      }
    }
  }

  /**
   * Those who are turned away are invited back one after the other, when the queue is half empty: all at once, they
   * would find it full again, and it would run dry before they come.
   */
  #noTurn(operation: ApiOperation, waitMs: number): RateLimitedError {
    const now = performance.now();
    const { spacingMs } = this.#times;
    const room = Math.max(this.#next(now), now + waitMs - this.#maxWaitMs / 2);
    this.#lastInvitation = Math.max(room, this.#lastInvitation + spacingMs, now + spacingMs);
    return new RateLimitedError({ operation, retryAfterMs: Math.ceil(this.#lastInvitation - now) });
  }
}
