import assert from 'node:assert/strict';
import { trendOf, type SoakSample } from './soak-samples.js';

describe('a quantity of a soak', () => {
  /** Thirty minutes of samples whose memory is as given. */
  const samplesOf = (memoryAt: (minute: number) => number): readonly SoakSample[] =>
    Array.from({ length: 180 }, (_, index) => {
      const minute = index / 6;
      return { minute, memory: memoryAt(minute), handles: 40, workflows: 8, pollerEvents: 900, latency: 3 };
    });

  it('rises when its fitted line does, and not when it only varies', () => {
    const saw = (minute: number) => 300 + 40 * (minute % 3);
    assert.equal(trendOf(samplesOf(saw), 'memory').flat, true);
    assert.equal(
      trendOf(
        samplesOf((minute) => saw(minute) + 10 * minute),
        'memory',
      ).flat,
      false,
    );
    assert.equal(trendOf(samplesOf(saw), 'handles').flat, true);
  });

  it('may rise by a twentieth of its mean in the second half', () => {
    const rising = (aMinute: number) => samplesOf((minute) => 300 + aMinute * minute);
    assert.equal(trendOf(rising(0.9), 'memory').flat, true);
    assert.equal(trendOf(rising(1.2), 'memory').flat, false);
  });

  it('is judged by its second half, after caches have filled', () => {
    const filling = (minute: number) => Math.min(300, 100 + 20 * minute);
    const { flat, mean } = trendOf(samplesOf(filling), 'memory');
    assert.deepEqual([flat, Math.round(mean)], [true, 300]);
  });
});
