import assert from 'node:assert/strict';
import { checkLines } from '@signering/cli/internal/terminal/batch-view.js';

describe('what a check of a batch prints', () => {
  it('is a line for each mistake and warning, and the sum', () => {
    const mistake = { row: 3, columns: ['email'], place: 'row 3, column email' };
    const lines = checkLines({
      right: 2,
      known: 1,
      wrong: 1,
      mistakes: [{ ...mistake, path: 'signers[0]', message: 'is wrong' }],
      unusedColumns: ['note'],
      warnings: [{ columns: ['reference'], place: 'column reference', message: 'has numbers' }],
    });
    assert.deepEqual(lines, [
      'row 3, column email: signers[0] is wrong',
      'warning: column reference has numbers',
      'warning: the template does not use the column note',
      '2 rows are right (1 were handed over before), 1 are wrong.',
    ]);
  });
});
