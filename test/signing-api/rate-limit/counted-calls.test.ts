import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CallRate } from '@signering/sandbox/internal/call-rate.js';
import { CountedCalls } from '@signering/signing-api/internal/rate-limit/turn-times.js';
import { seeded } from '../../seed.js';

const PERMITTED = 10;

/** Times of one call, in milliseconds. */
interface Call {
  /** From the call before to the moment when this one would like to go. */
  readonly after: number;
  /** Until the service counts it. */
  readonly underWay: number;
  /** From there until the answer, or its absence, is known. */
  readonly answering: number;
}

/** When the service counts each call. */
function letGo(calls: readonly Call[]): number[] {
  const counted = new CountedCalls();
  const unanswered: { readonly at: number; readonly end: (now: number) => void }[] = [];
  let now = 0;
  const arrivals = calls.map(({ after, underWay, answering }) => {
    now += after;
    for (;;) {
      unanswered.sort((one, other) => one.at - other.at);
      while (unanswered[0] !== undefined && unanswered[0].at <= now) unanswered.shift()?.end(now);
      const room = counted.roomAt(now, PERMITTED);
      if (room <= now) break;
      now = Math.min(room, unanswered[0]?.at ?? room);
    }
    const at = now + underWay + answering;
    unanswered.push({ at, end: counted.begin() });
    return now + underWay;
  });
  return arrivals.sort((one, other) => one - other);
}

/** Of how many calls the service would say that they are too many. */
function refused(arrivals: readonly number[]): number {
  let now = 0;
  const rate = new CallRate(() => now);
  return arrivals.filter((arrival) => {
    now = arrival;
    return !rate.permits('one');
  }).length;
}

describe('the calls that the service may be counting', () => {
  it('are never more than permitted in any second, however late they arrive and are answered', () => {
    const time = (max: number) =>
      fc.oneof({ weight: 4, arbitrary: fc.integer({ max: 30, min: 0 }) }, fc.integer({ max, min: 0 }));
    const call = fc.record({ after: time(300), underWay: time(3000), answering: time(2000) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 11, maxLength: 150 }), (calls) => {
        assert.equal(refused(letGo(calls)), 0);
      }),
      seeded({ numRuns: 500 }),
    );
  });

  it('leave room for nine a second when answers come within a tenth of one', () => {
    const arrivals = letGo(Array.from({ length: 100 }, () => ({ after: 112, underWay: 50, answering: 40 })));
    assert.equal(arrivals.at(-1)! - arrivals[0]!, 99 * 112);
  });

  it('become fewer a second the slower the service is', () => {
    const arrivals = letGo(
      Array.from({ length: 100 }, () => ({ after: 112, underWay: 500, answering: 500 })),
    );
    const perSecond = (99 * 1000) / (arrivals.at(-1)! - arrivals[0]!);
    assert.ok(perSecond > 4.9 && perSecond < 5.6, `${perSecond}`);
  });
});
