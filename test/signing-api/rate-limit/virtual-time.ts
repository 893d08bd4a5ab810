import { performance } from 'node:perf_hooks';

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/**
 * Replaces `performance.now` and `setTimeout` by a time that goes on only when nothing is left to do, and then to the
 * next timer: no machine is too slow for it. Returns what undoes it.
 */
export function virtualTime(): () => void {
  const real = {
    now: performance.now.bind(performance),
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
  };
  const timers = new Set<Timer>();
  // Whole milliseconds: sums of fractions would not be exact.
  let moment = Math.ceil(real.now());
  let isOver = false;
  const goOn = (): void => {
    if (isOver) return;
    const [next] = [...timers].sort((one, other) => one.at - other.at);
    if (next !== undefined) {
      timers.delete(next);
      moment = Math.max(moment, next.at);
      next.ring();
    }
    setImmediate(goOn);
  };
  performance.now = () => moment;
  globalThis.setTimeout = ((ring: () => void, ms = 0) => {
    const timer: Timer = { at: moment + Math.max(1, ms), ring };
    timers.add(timer);
    return timer;
  }) as unknown as typeof globalThis.setTimeout;
  globalThis.clearTimeout = (timer: unknown) => {
    timers.delete(timer as Timer);
  };
  setImmediate(goOn);
  return () => {
    isOver = true;
    performance.now = real.now;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
  };
}
