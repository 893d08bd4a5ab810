import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';

describe('the options of a script', () => {
  for (const [script, options, message] of [
    ['soak', ['--save'], /Unknown option '--save'/u],
    ['soak', ['--minutes', 'ten'], /--minutes must be a non-negative integer, not ten/u],
    ['faults', ['--only', 'NONE'], /--only: no such kind for this storage: NONE/u],
    ['crash-matrix', ['--only', 'no such cell'], /--only no such cell: no cell has this in its name/u],
    ['fuzz', ['--target', 'none'], /Unknown target none; choose one of/u],
    ['model-check', ['--short'], /Unknown option '--short'/u],
    ['production-check', ['--container'], /Unknown option '--container'/u],
    ['webhook-flood', ['--jobs', '-1'], /--jobs/u],
  ] as const) {
    it(`are refused with code 2 and a message: ${script} ${options.join(' ')}`, () => {
      const file = join(PROJECT, 'dist', 'scripts', `${script}.js`);
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--conditions=signering-tests', file, ...options],
        { cwd: PROJECT, encoding: 'utf8' },
      );
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at /mu);
      assert.equal(status, 2, stderr);
    });
  }
});
