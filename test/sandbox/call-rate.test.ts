import assert from 'node:assert/strict';
import { CallRate } from '@signering/sandbox/internal/call-rate.js';

describe('the rate limit', () => {
  let nowMs = 0;
  const calls = (rate: CallRate, count: number, organization = 'one'): number =>
    Array.from({ length: count }, () => rate.permits(organization)).filter(Boolean).length;

  it('takes ten calls in any second, not only in whole ones', () => {
    const rate = new CallRate(() => nowMs);
    assert.equal(calls(rate, 10), 10);
    nowMs += 1000;
    assert.equal(calls(rate, 5), 5);
    nowMs += 600;
    assert.equal(calls(rate, 5), 5);
    nowMs += 300;
    assert.equal(calls(rate, 1), 0, 'eleven within 900 ms');
  });

  it('blocks for thirty seconds, however few calls come then, and each organisation for itself', () => {
    const rate = new CallRate(() => nowMs);
    assert.equal(calls(rate, 11), 10);
    nowMs += 29_999;
    assert.equal(calls(rate, 1), 0);
    assert.equal(calls(rate, 1, 'other'), 1);
    nowMs += 1;
    assert.equal(calls(rate, 10), 10);
  });
});
