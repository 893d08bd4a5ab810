import assert from 'node:assert/strict';
import { MOST_PROCESSES, rhythmAlone, rhythmInRound } from '../../signing-api/share-of-calls.js';
import { TurnTimes } from '../../signing-api/turn-times.js';

const PROCESSES = Array.from({ length: MOST_PROCESSES }, (_, index) => index + 1);

/** The most calls that lie within a second. */
function mostInASecond(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  return Math.max(...sorted.map((begin) => sorted.filter((t) => t >= begin && t < begin + 1000).length));
}

describe('the share of the calls', () => {
  it('of processes that know nothing of each other holds even when they all call at the same moments', () => {
    for (const processes of PROCESSES) {
      const { spacingMs } = rhythmAlone(processes);
      const own = Array.from({ length: 20 }, (_, index) => index * spacingMs);
      assert.ok(mostInASecond(own) * processes <= 10, `${processes} processes`);
      // A call that arrives 40 ms late, and the next ones in time.
      assert.ok(mostInASecond(own.map((time, index) => (index === 0 ? 40 : time))) * processes <= 10);
    }
  });

  it('of processes that take turns in a round is nine a second together, and never more than ten', () => {
    for (const processes of PROCESSES) {
      const { spacingMs } = rhythmInRound(processes, 0);
      assert.ok((1000 / spacingMs) * processes > 8.9);
      const all = Array.from({ length: processes }, (_, number) =>
        Array.from({ length: 12 }, (__, index) => index * spacingMs + (number * spacingMs) / processes),
      ).flat();
      assert.ok(mostInASecond(all) <= 9, `${processes} processes`);
    }
  });

  it('in a round is used at moments of its own by a process under load, and by an idle one at once', () => {
    const rhythm = rhythmInRound(4, 3);
    const times = new TurnTimes(rhythm);
    const begun = performance.now();
    assert.equal(times.next(begun), begun);
    times.take(begun, begun);
    // Calls that wait from now on, with timers that ring a little late.
    const ahead = Date.now() - performance.now();
    let last = begun;
    for (let call = 0; call < 20; call += 1) {
      const due = times.next(last + 1);
      assert.ok(due - last >= rhythm.spacingMs - 20, `${due - last} ms`);
      const offset = (due + ahead) % rhythm.spacingMs;
      const own = (3 * rhythm.spacingMs) / 4;
      assert.ok(offset > own - 2 && offset < own + 21, `${offset} instead of ${own}`);
      last = due + (call % 3) * 5;
      times.take(last, begun);
    }
  });

  it('changes after a second without a call', () => {
    const times = new TurnTimes(rhythmAlone(4));
    const now = performance.now();
    times.take(now, now);
    assert.equal(times.change(rhythmAlone(4)), false);
    assert.equal(times.change(rhythmInRound(4, 1)), true);
    assert.ok(times.next(now) >= now + 1000);
  });
});
