import assert from 'node:assert/strict';
import {
  countedProcesses,
  evenShare,
  setShare,
  smallestShare,
} from '@signering/signing-api/internal/rate-limit/share-of-calls.js';

describe('the share of the calls', () => {
  it('of 1, 2, 5 and 10 processes is ten calls together', () => {
    for (const processes of [1, 2, 5, 10]) assert.equal(evenShare(processes).calls * processes, 10);
  });

  it('of other numbers of processes is that of the next number that divides ten', () => {
    const counted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(countedProcesses);
    assert.deepEqual(counted, [1, 2, 5, 5, 5, 10, 10, 10, 10, 10]);
    assert.deepEqual(evenShare(3), evenShare(5));
  });

  it('is used to nine tenths, so that answers may take their time', () => {
    for (const processes of [1, 2, 5, 10]) {
      const perSecond = (processes * 1000) / evenShare(processes).spacingMs;
      assert.ok(perSecond > 8.9 && perSecond <= 9, `${processes} processes: ${perSecond}`);
    }
  });

  it('that is set as a pace counts whole calls, and at least one', () => {
    assert.deepEqual(setShare(2.5), { calls: 2, spacingMs: 400 });
    assert.deepEqual(setShare(0.5), { calls: 1, spacingMs: 2000 });
  });

  it('of several in one process is what all of them permit', () => {
    assert.equal(smallestShare([]), undefined);
    assert.deepEqual(smallestShare([evenShare(1), setShare(5), evenShare(5)]), evenShare(5));
    assert.deepEqual(smallestShare([setShare(3), evenShare(2)]), { calls: 3, spacingMs: 334 });
  });
});
