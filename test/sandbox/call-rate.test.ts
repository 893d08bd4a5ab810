import assert from 'node:assert/strict';
import { CallRate } from '@signering/sandbox/internal/call-rate.js';

describe('the rate limit', () => {
  let nowMs = 0;
  const calls = (rate: CallRate, count: number, organization = 'one'): number =>
    Array.from({ length: count }, () => rate.permits(organization)).filter(Boolean).length;

  it('permits ten calls in any period of a second', () => {
    const rate = new CallRate(() => nowMs);
    assert.equal(calls(rate, 10), 10);
    nowMs += 1000;
    assert.equal(calls(rate, 5), 5);
    nowMs += 600;
    assert.equal(calls(rate, 5), 5);
    nowMs += 300;
    assert.equal(calls(rate, 1), 0, 'eleven within 900 ms');
  });

  it('blocks each organisation separately for thirty seconds, regardless of later calls', () => {
    const rate = new CallRate(() => nowMs);
    assert.equal(calls(rate, 11), 10);
    nowMs += 29_999;
    assert.equal(calls(rate, 1), 0);
    assert.equal(calls(rate, 1, 'other'), 1);
    nowMs += 1;
    assert.equal(calls(rate, 10), 10);
  });

  it('is another number, or none', () => {
    assert.equal(calls(new CallRate(() => nowMs, 2), 11), 2);
    assert.equal(calls(new CallRate(() => nowMs, Infinity), 1000), 1000);
  });
});
