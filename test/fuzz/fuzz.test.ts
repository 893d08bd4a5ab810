import assert from 'node:assert/strict';
import { seeded } from '../seed.js';
import { fuzzParser } from './fuzz-parser.js';
import { FUZZ_TARGETS } from './targets.js';

// The long run is `npm run fuzz`.
const EXECUTIONS = 6000;

describe('a short fuzzing', () => {
  it('covers every parser, with shares that make a whole', () => {
    assert.equal(
      FUZZ_TARGETS.reduce((sum, { share }) => sum + share, 0),
      100,
    );
  });

  for (const target of FUZZ_TARGETS) {
    const { name, share, maxMs } = target;
    it(`of ${name} ends in a result or a refusal each time`, async () => {
      const subject = await target.open();
      const executions = Math.max(100, Math.round((EXECUTIONS * share) / 100));
      const { seed } = seeded({});
      try {
        const { taken } = await fuzzParser({ subject, seed, from: 0, executions, maxMs });
        assert.ok(taken > 0, 'some inputs are broken so little that they are taken');
      } finally {
        await subject.close?.();
      }
    });
  }
});
