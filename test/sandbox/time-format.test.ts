import assert from 'node:assert/strict';
import {
  readTime,
  writeNorwegianTime,
  writeTime,
  writeTimeExactly,
} from '@signering/sandbox/internal/time-format.js';

const SUMMER = new Date('2026-07-01T22:30:15.250Z');
const WINTER = new Date('2026-12-31T23:30:15.250Z');

describe('times', () => {
  it('are written with different fraction digits and offsets, and read as the same second', () => {
    const forms = [0, 1, 2, 3, 4].map((variant) => writeTime(SUMMER, variant));
    assert.deepEqual(forms, [
      '2026-07-02T00:30:15.2500000+02:00',
      '2026-07-01T22:30:15.250Z',
      '2026-07-02T00:30:15+02:00',
      '2026-07-01T22:30:15.250000+00:00',
      '2026-07-02T00:30:15.250+02:00',
    ]);
    assert.equal(writeTime(WINTER, 0), '2027-01-01T00:30:15.2500000+01:00');
    assert.equal(writeTime(SUMMER, 7), writeTime(SUMMER, 2), 'the same variant is the same form');
  });

  it('are exact if a client waits for them', () => {
    for (let variant = 0; variant < 5; variant++) {
      assert.equal(Date.parse(writeTimeExactly(SUMMER, variant)), SUMMER.getTime());
    }
  });

  it('without a zone are Norwegian', () => {
    assert.equal(readTime('2026-07-02T00:30:15').toISOString(), '2026-07-01T22:30:15.000Z');
    assert.equal(readTime('2016-02-10T12:00:00+01:00').toISOString(), '2016-02-10T11:00:00.000Z');
    assert.equal(readTime('2016-02-10T12:00:00Z').toISOString(), '2016-02-10T12:00:00.000Z');
    assert.equal(writeNorwegianTime(WINTER), '01.01.2027 kl. 00:30');
  });
});
