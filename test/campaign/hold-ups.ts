import { setTimeout as delay } from 'node:timers/promises';
import { FaultTimes } from './avoidable-jobs.js';

/**
 * The longest that a healthy agreement may take to its confirmed archive when nothing is disturbed any more, in seconds. It covers
 * the longest waits after a fault: a minute's pause of the poller after a confirmation without an answer, the growing pauses
 * between attempts, and ten seconds until Temporal notices a dead worker.
 */
export const HELD_UP_AT_MOST_SECONDS = 180;

const LOOK_EVERY_MS = 50;

/** How long faults held healthy agreements up. */
export interface HoldUpFigures {
  /** For each, from the last act of its people to its end, without the time of faults. */
  readonly heldUpSeconds: readonly number[];
  /** The same by the clock. */
  readonly heldUpByClockSeconds: readonly number[];
  /** For each time without faults, how long it took until everything that was under way had ended. */
  readonly quietTimes: readonly number[];
  /** How much of the campaign was without a fault. */
  readonly quietSeconds: number;
}

/** The argument of {@link HoldUps.quietTime}. */
export interface QuietTimeOptions<Agreement> {
  readonly underWay: readonly Agreement[];
  readonly hasEnded: (agreement: Agreement) => boolean;
  /** Ends the wait. */
  readonly over: AbortSignal;
  /** @default {@link HoldUps.atMostSeconds} */
  readonly withinMs?: number;
}

/** Measures, by the real clock, how long faults hold agreements up. */
export class HoldUps {
  /** {@link HELD_UP_AT_MOST_SECONDS}; three times as long in a short form, because other tests run beside it. */
  readonly atMostSeconds: number;
  readonly #faults = new FaultTimes();
  readonly #startedAt = Date.now();
  readonly #seconds: number[] = [];
  readonly #byClock: number[] = [];
  readonly #quietTimes: number[] = [];

  constructor(isLong = false) {
    this.atMostSeconds = isLong ? HELD_UP_AT_MOST_SECONDS : 3 * HELD_UP_AT_MOST_SECONDS;
  }

  during<T>(fault: () => Promise<T>): Promise<T> {
    return this.#faults.during(fault);
  }

  /** An agreement has ended. Returns its hold-up in seconds, without the time of faults and by the clock. */
  noteEnd(lastActAt: number, isHealthy: boolean): { readonly quiet: number; readonly byClock: number } {
    const now = Date.now();
    const [quiet, byClock] = [this.#faults.quietMs(lastActAt, now) / 1000, (now - lastActAt) / 1000];
    if (isHealthy) {
      this.#seconds.push(quiet);
      this.#byClock.push(byClock);
    }
    return { quiet, byClock };
  }

  /**
   * Waits, while nothing is disturbed, until all agreements have ended. Faults that follow each other leave hardly a moment in which
   * an agreement could be late, so the time between them does not show one that is stuck. Returns those that have not ended in time.
   */
  async quietTime<Agreement>(options: QuietTimeOptions<Agreement>): Promise<readonly Agreement[]> {
    const { underWay, hasEnded, over, withinMs = this.atMostSeconds * 1000 } = options;
    const since = performance.now();
    const passed = () => performance.now() - since;
    const open = () => underWay.filter((agreement) => !hasEnded(agreement));
    while (open().length > 0 && passed() < withinMs && !over.aborted) await delay(LOOK_EVERY_MS);
    this.#quietTimes.push(passed() / 1000);
    return over.aborted ? [] : open();
  }

  get figures(): HoldUpFigures {
    return {
      heldUpSeconds: this.#seconds,
      heldUpByClockSeconds: this.#byClock,
      quietTimes: this.#quietTimes,
      quietSeconds: this.#faults.quietMs(this.#startedAt, Date.now()) / 1000,
    };
  }
}
