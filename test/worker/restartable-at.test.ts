import assert from 'node:assert/strict';
import { restartableAt } from '@signering/worker/internal/repair-open-job.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROUND = 5 * MINUTE;

describe('a workflow that failed after its job was created', () => {
  const run = (started: number, closed: number) => ({
    startTime: new Date(started),
    closeTime: new Date(closed),
  });

  it('is started again at once when it ran longer than a round of the walk', () => {
    assert.equal(restartableAt(run(HOUR, HOUR + ROUND + 1), 0, ROUND), HOUR + ROUND + 1);
  });

  it('waits longer and longer when each run fails at once, up to six hours', () => {
    const starts: number[] = [];
    let ended = MINUTE;
    for (let count = 0; count < 20; count += 1) {
      const next = restartableAt(run(ended - 100, ended), 0, ROUND);
      starts.push(next - ended);
      ended = next + 100;
    }
    assert.deepEqual(
      starts,
      starts.toSorted((one, other) => one - other),
    );
    assert.equal(starts[0], MINUTE / 2);
    assert.equal(starts.at(-1), 6 * HOUR);
  });
});
