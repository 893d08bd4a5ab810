import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';

/** The second argument of {@link ReusedTimer.until}. */
export interface TimedWait {
  /** Milliseconds since 1970. */
  readonly end: number;
  /** Shown in Temporal Web while the timer runs. */
  readonly summary: string;
}

/**
 * A timer that outlives the wait that started it. A later wait that ends later uses it, and starts another one only if it
 * fires too early: the waits of a job with ten signers need one timer, not ten that are cancelled.
 */
export class ReusedTimer {
  #running: { readonly end: number; readonly scope: CancellationScope } | undefined;

  /** Waits as `condition` does. @returns false when the time was over first */
  async until(isTrue: () => boolean, { end, summary }: TimedWait): Promise<boolean> {
    for (;;) {
      if (isTrue()) return true;
      if (this.#running === undefined || this.#running.end > end) this.#start({ end, summary });
      const timer = this.#running;
      await condition(() => isTrue() || this.#running !== timer);
      if (isTrue()) return true;
      if (Date.now() >= end) return false;
    }
  }

  #start({ end, summary }: TimedWait): void {
    this.#running?.scope.cancel();
    const scope = new CancellationScope();
    const timer = { end, scope };
    this.#running = timer;
    const fires = scope.run(() => sleep(Math.max(end - Date.now(), 1), { summary }));
    fires.then(
      () => {
        if (this.#running === timer) this.#running = undefined;
      },
      (error: unknown) => {
        // By a wait that ends earlier, or with the workflow, whose own waits then end.
        if (!isCancellation(error)) throw error;
      },
    );
  }
}
