import assert from 'node:assert/strict';
import {
  evenShare,
  MOST_PROCESSES,
  setShare,
  smallestShare,
  spareCalls,
} from '../../signing-api/share-of-calls.js';

describe('the share of the calls', () => {
  it('of any number of processes is ten together, with those that do not divide evenly', () => {
    for (let processes = 1; processes <= MOST_PROCESSES; processes += 1) {
      const { calls } = evenShare(processes);
      assert.equal(calls * processes + spareCalls(processes), 10, `${processes} processes`);
      assert.equal(evenShare(processes, 5).calls, calls, 'the one more is not in it: it may lapse');
    }
    assert.equal(evenShare(MOST_PROCESSES + 5).calls, 1);
  });

  it('is used to nine tenths, so that answers may take their time', () => {
    for (let processes = 1; processes <= MOST_PROCESSES; processes += 1) {
      const shares = Array.from({ length: processes }, (_, number) =>
        number < spareCalls(processes) ? evenShare(processes, 5) : evenShare(processes),
      );
      const perSecond = shares.reduce((sum, { spacingMs }) => sum + 1000 / spacingMs, 0);
      assert.ok(perSecond > 8.9 && perSecond <= 9, `${processes} processes: ${perSecond}`);
    }
  });

  it('that somebody has set counts whole calls, and at least one', () => {
    assert.deepEqual(setShare(2.5), { calls: 2, spacingMs: 400 });
    assert.deepEqual(setShare(0.5), { calls: 1, spacingMs: 2000 });
  });

  it('of several in one process is what all of them permit', () => {
    assert.equal(smallestShare([]), undefined);
    assert.deepEqual(smallestShare([evenShare(1), setShare(5), evenShare(4, 7)]), {
      calls: 2,
      spacingMs: evenShare(4, 7).spacingMs,
    });
    assert.deepEqual(smallestShare([evenShare(4, 7), evenShare(4, 7)]), evenShare(4, 7));
    assert.deepEqual(smallestShare([evenShare(4, 7), evenShare(4)]), evenShare(4));
  });
});
