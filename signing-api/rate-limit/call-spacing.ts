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
  /** Who would have to wait longer for a turn gives up at once, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Who asks for a turn. */
export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default `person` for operations that a person always waits for, else `normal` */
  readonly priority?: CallPriority | undefined;
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

/** Background calls get one turn in so many at most. */
const BACKGROUND_TURNS = 10;

/**
 * So much later at most than the first possible moment is a call invited back that no bulk of jobs is behind, in
 * milliseconds: a flood of such calls would otherwise push the invitations of the genuine ones far away.
 */
const LATEST_INVITATION_MS = 30_000;

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
  readonly #lanes = new CallLanes<Entry>();
  /** The last moment to which calls were invited back, for each kind of call: many of one kind delay no other kind. */
  readonly #lastInvitations = new Map<string, number>();
  /** Not before this moment may the next background call go. */
  #backgroundFrom = -Infinity;
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
  enter(operation: ApiOperation, options: TurnOptions = {}): PlaceInQueue {
    const { signal, priority = INTERACTIVE.includes(operation) ? 'person' : 'normal' } = options;
    signal?.throwIfAborted();
    const now = performance.now();
    const { spacingMs } = this.#times;
    let expectedWait = this.#next(now) - now + this.#lanes.ahead(priority) * spacingMs;
    if (priority === 'background') {
      const ownTurn = Math.max(0, this.#backgroundFrom - now);
      const before = this.#lanes.length('background') * BACKGROUND_TURNS * spacingMs;
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

  /** Nobody goes for so many milliseconds: the service has blocked the organisation. */
  pause(durationMs: number): void {
    this.#times.notBefore(performance.now() + durationMs);
    this.#letGo();
  }

  /** Another share, because another `SigningApi` of this process calls too, or no longer does. */
  change(share: ShareOfCalls): void {
    this.#share = share;
    this.#times.change(share.spacingMs);
    this.#letGo();
  }

  /** Not before this moment may the next call go: an answer that does not come makes it later. */
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
    const first = this.#lanes.next(isReady);
    if (first !== undefined && this.#turnOf(first, now) <= now) this.#take(first, now);
    const next = this.#lanes.next(isReady);
    if (next !== undefined) {
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil(this.#turnOf(next, now) - now));
    }
  }

  /** Not before this moment may a waiting call go. */
  #turnOf({ priority }: NextInLine<Entry>, now: number): number {
    return Math.max(this.#next(now), priority === 'background' ? this.#backgroundFrom : 0);
  }

  #take(first: NextInLine<Entry>, now: number): void {
    const { waiting } = first.entry;
    if (waiting === undefined) return;
    this.#lanes.take(first, isReady);
    this.#times.take(now, waiting.since);
    if (first.priority === 'background') {
      this.#backgroundFrom = now + BACKGROUND_TURNS * this.#times.spacingMs;
    }
    const counted = this.#counted.begin();
    waiting.go({
      answered: () => {
        counted(performance.now());
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
   * Calls that are turned away are invited back one after the other, when the queue is half empty: all at once, they
   * would find it full again, and it would run dry before they come.
   */
  #noTurn(operation: ApiOperation, priority: CallPriority, waitMs: number): RateLimitedError {
    const now = performance.now();
    const spacingMs = this.#times.spacingMs * (priority === 'background' ? BACKGROUND_TURNS : 1);
    const room = Math.max(this.#next(now), now + waitMs - this.#maxWaitMs / 2);
    const kind = `${priority} ${operation}`;
    const last = this.#lastInvitations.get(kind) ?? 0;
    const latest = priority === 'normal' ? Infinity : room + LATEST_INVITATION_MS;
    const invitation = Math.min(Math.max(room, last + spacingMs, now + spacingMs), latest);
    this.#lastInvitations.set(kind, invitation);
    return new RateLimitedError({ operation, retryAfterMs: Math.ceil(invitation - now) });
  }
}

/** A call that is still preparing keeps its place; others pass it. */
function isReady({ waiting }: Entry): boolean {
  return waiting !== undefined;
}
