import { performance } from 'node:perf_hooks';
import { CallLanes, type NextInLine } from './call-lanes.js';
import type { CallPriority } from '../calls.js';
import { CountedCalls, TurnTimes } from './turn-times.js';
import { RateLimitedError } from '../errors.js';
import type { ApiOperation } from '../operation.js';
import type { ShareOfCalls } from './share-of-calls.js';

/** How calls are spaced. */
export interface CallSpacingOptions {
  readonly share: ShareOfCalls;
  /** Rejects a call at once when its expected wait exceeds this, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Options of a turn. */
export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default `PERSON` for operations that a person always waits for, else `NORMAL` */
  readonly priority?: CallPriority | undefined;
}

/** Permission to send one call. */
export interface Turn {
  /**
   * To be called when the answer begins or the call has failed. The service may count the call until a second after
   * that, so later calls wait.
   */
  answered(): void;
}

/** A place in the queue. */
export interface PlaceInQueue {
  /**
   * Resolves when the call may be sent; send it at once.
   * @throws RATE_LIMITED when the expected wait has become too long; the signal's reason when it aborts
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

/** A call in the queue: still preparing, or ready and waiting. */
interface Entry {
  waiting: Waiting | undefined;
}

/** Background calls get at most one turn in this many. */
const BACKGROUND_TURNS = 10;

/**
 * Longest delay between the first possible moment and the retry time given to a rejected call that is neither `NORMAL` nor `BULK`, in
 * milliseconds: a flood of such calls would otherwise delay the retries of genuine ones.
 */
const LATEST_INVITATION_MS = 30_000;

/**
 * A person waits for the answer, so these go first. `create` is not listed: jobs are also sent in bulk.
 */
const INTERACTIVE: readonly ApiOperation[] = ['probe', 'cancel', 'redirectUrl', 'fetchStatus'];

/**
 * Sends calls one at a time, a fixed interval apart, and only while the service cannot be counting more of them than
 * permitted: it blocks an organisation that makes more than 10 calls a second for 30 seconds. A process has one for each
 * organisation.
 */
export class CallSpacing {
  readonly #times: TurnTimes;
  readonly #counted = new CountedCalls();
  #share: ShareOfCalls;
  readonly #maxWaitMs: number;
  readonly #lanes = new CallLanes<Entry>();
  /** The last retry time given, for each kind of call: rejections of one kind do not delay another kind. */
  readonly #lastInvitations = new Map<string, number>();
  /** Earliest time of the next background call. */
  #backgroundFrom = -Infinity;
  /** Bulk calls without an answer. */
  #unansweredBulk = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ share, maxWaitMs }: CallSpacingOptions) {
    this.#share = share;
    this.#times = new TurnTimes(share.spacingMs);
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Takes a place in the queue.
   * @throws RATE_LIMITED when the expected wait is too long
   */
  enter(operation: ApiOperation, options: TurnOptions = {}): PlaceInQueue {
    const { signal, priority = INTERACTIVE.includes(operation) ? 'PERSON' : 'NORMAL' } = options;
    signal?.throwIfAborted();
    const now = performance.now();
    const { spacingMs } = this.#times;
    let expectedWait = this.#next(now) - now + this.#lanes.ahead(priority) * spacingMs;
    if (priority === 'BACKGROUND') {
      const ownTurn = Math.max(0, this.#backgroundFrom - now);
      const before = this.#lanes.length('BACKGROUND') * BACKGROUND_TURNS * spacingMs;
      expectedWait = Math.max(expectedWait, ownTurn + before);
    }
    if (expectedWait > this.#maxWaitMs) throw this.#noTurn(operation, priority, expectedWait);
    const entry: Entry = { waiting: undefined };
    this.#lanes.add(priority, entry);
    return {
      turn: () => this.#wait({ priority, entry }, operation, signal),
      leave: () => this.#lanes.remove(priority, entry),
    };
  }

  /** Blocks all calls for durationMs: the service has blocked the organisation. */
  pause(durationMs: number): void {
    this.#times.notBefore(performance.now() + durationMs);
    this.#letGo();
  }

  /** Changes the share when another `SigningApi` of this process opens or closes. */
  change(share: ShareOfCalls): void {
    this.#share = share;
    this.#times.change(share.spacingMs);
    this.#letGo();
  }

  /** Earliest time of the next call; it moves while an answer is missing. */
  #next(now: number): number {
    return Math.max(this.#times.next(now), this.#counted.roomAt(now, this.#share.calls));
  }

  #wait(
    { priority, entry }: NextInLine<Entry>,
    operation: ApiOperation,
    signal: AbortSignal | undefined,
  ): Promise<Turn> {
    signal?.throwIfAborted();
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#lanes.remove(priority, entry);
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

  #letGo(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#dismissHopeless(now);
    const first = this.#nextInLine(now);
    if (first !== undefined && this.#turnOf(first, now) <= now) this.#take(first, now);
    const next = this.#nextInLine(now);
    if (next !== undefined) {
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil(this.#turnOf(next, now) - now));
    }
  }

  /** Bulk calls hold at most half of the share without an answer, so that a slow service leaves turns for other calls. */
  #nextInLine(now: number): NextInLine<Entry> | undefined {
    return this.#lanes.next(isReady, {
      bulk: this.#unansweredBulk < Math.max(1, Math.floor(this.#share.calls / 2)),
      background: this.#backgroundFrom <= now,
    });
  }

  /** Earliest time of a waiting call. */
  #turnOf({ priority }: NextInLine<Entry>, now: number): number {
    return Math.max(this.#next(now), priority === 'BACKGROUND' ? this.#backgroundFrom : 0);
  }

  #take(first: NextInLine<Entry>, now: number): void {
    const { waiting } = first.entry;
    if (waiting === undefined) return;
    this.#lanes.take(first, isReady);
    this.#times.take(now, waiting.since);
    if (first.priority === 'BACKGROUND') {
      this.#backgroundFrom = now + BACKGROUND_TURNS * this.#times.spacingMs;
    }
    const counted = this.#counted.begin();
    const isBulk = first.priority === 'BULK';
    if (isBulk) this.#unansweredBulk += 1;
    let isAnswered = false;
    waiting.go({
      answered: () => {
        counted(performance.now());
        if (isBulk && !isAnswered) this.#unansweredBulk -= 1;
        isAnswered = true;
        this.#letGo();
      },
    });
  }

  #dismissHopeless(now: number): void {
    for (const one of this.#lanes.entries()) {
      const { waiting } = one.entry;
      const nextTurnAt = this.#turnOf(one, now);
      if (waiting === undefined || waiting.deadline >= nextTurnAt) continue;
      this.#lanes.remove(one.priority, one.entry);
      waiting.giveUp(this.#noTurn(waiting.operation, one.priority, nextTurnAt - performance.now()));
    }
  }

  /**
   * Rejected calls get different retry times, one after the other, at which the queue is half empty. With the same retry
   * time they would find the queue full again, and it would be empty before.
   */
  #noTurn(operation: ApiOperation, priority: CallPriority, waitMs: number): RateLimitedError {
    const now = performance.now();
    const spacingMs = this.#times.spacingMs * (priority === 'BACKGROUND' ? BACKGROUND_TURNS : 1);
    const room = Math.max(this.#next(now), now + waitMs - this.#maxWaitMs / 2);
    const kind = `${priority} ${operation}`;
    const last = this.#lastInvitations.get(kind) ?? 0;
    const latest = priority === 'NORMAL' || priority === 'BULK' ? Infinity : room + LATEST_INVITATION_MS;
    const invitation = Math.min(Math.max(room, last + spacingMs, now + spacingMs), latest);
    this.#lastInvitations.set(kind, invitation);
    return new RateLimitedError({ operation, retryAfterMs: Math.ceil(invitation - now) });
  }
}

/** False for a call that is still preparing: it keeps its place, and others pass it. */
function isReady({ waiting }: Entry): boolean {
  return waiting !== undefined;
}
