import assert from 'node:assert/strict';
import { ServiceClock } from '@signering/signing-api/internal/connection/service-clock.js';

/** When the service's clock, in these tests, is ahead of ours, in milliseconds. */
const LEAD = Date.parse('2030-01-01T12:00:00.000Z');
/** What the calculation adds for drift. */
const MARGIN_MS = 50;

interface PollOptions {
  readonly at: number;
  readonly lead?: number;
  readonly waitMs?: number;
  readonly status?: number;
}

/** Polls an empty queue that may be polled again `waitMs` after the answer left. */
function poll(clock: ServiceClock, options: PollOptions) {
  const { at, lead = LEAD, waitMs = 1000, status = 204 } = options;
  const answeredAt = at + 5 + lead;
  return clock.nextPollInMs({
    status,
    headers: {
      date: new Date(answeredAt).toUTCString(),
      'x-next-permitted-poll-time': new Date(answeredAt + waitMs).toISOString(),
    },
    begunAt: at,
    arrivedAt: at + 10,
  });
}

describe('the clock of the service', () => {
  it('is known to the second after one answer, and more closely after several', () => {
    const clock = new ServiceClock();
    assert.equal(poll(clock, { at: 900 }), 1905);
    // An answer at the beginning of a second shows the clock best.
    assert.equal(poll(clock, { at: 1000 }), 1005);
    const later = poll(clock, { at: 2900 })!;
    assert.ok(later >= 995 && later <= 1000 + MARGIN_MS + 10, String(later));
  });

  it('never permits an early poll, whenever the answers come', () => {
    const clock = new ServiceClock();
    for (let at = 0; at < 60_000; at += 37) {
      const wait = poll(clock, { at, waitMs: 700 })!;
      assert.ok(10 + wait >= 5 + 700, `${wait} ms at ${at}`);
    }
  });

  it('that is set forward or back is known again with the next answer', () => {
    for (const jump of [-3_600_000, -2000, 2000, 3_600_000]) {
      const clock = new ServiceClock();
      poll(clock, { at: 1000 });
      const wait = poll(clock, { at: 5900, lead: LEAD + jump })!;
      assert.ok(10 + wait >= 1005 && wait <= 2000, `${wait} ms after a jump of ${jump}`);
    }
  });

  it('is learnt anew after ten minutes', () => {
    const clock = new ServiceClock();
    poll(clock, { at: 1000 });
    assert.equal(poll(clock, { at: 700_900 }), 1905);
  });

  it('is known to the second only for ten minutes after an early poll, also where machines differ', () => {
    const clock = new ServiceClock();
    poll(clock, { at: 1000, lead: LEAD + 400 });
    assert.equal(poll(clock, { at: 2900, status: 429, waitMs: 300 }), 1205);
    poll(clock, { at: 3600, lead: LEAD + 400 });
    assert.equal(poll(clock, { at: 4900 }), 1905);
  });
});
