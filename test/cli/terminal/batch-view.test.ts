import assert from 'node:assert/strict';
import { batchLines, checkLines } from '@signering/cli/internal/terminal/batch-view.js';

describe('what a check of a batch prints', () => {
  it('is a line for each mistake and warning, and the sum', () => {
    const mistake = { row: 3, columns: ['email'], place: 'row 3, column email' };
    const lines = checkLines({
      right: 2,
      known: 1,
      wrong: 1,
      mistakes: [{ ...mistake, path: 'signers[0]', message: 'is wrong' }],
      unusedColumns: ['note'],
      warnings: [
        { kind: 'ROUNDED', columns: ['reference'], place: 'column reference', message: 'has numbers' },
      ],
    });
    assert.deepEqual(lines, [
      'row 3, column email: signers[0] is wrong',
      'warning: column reference has numbers',
      'warning: the template does not use the column note',
      '2 rows are right (1 was handed over before), 1 is wrong.',
    ]);
  });
});

describe('what the commands say of a batch', () => {
  it('is how many rows are sent, and how many are in each state', () => {
    const counts = {
      UNSENT: 3,
      WAITING: 4,
      SIGNED: 2,
      REJECTED: 1,
      EXPIRED: 0,
      CANCELLED: 0,
      FAILED: 1,
      WITHDRAWN: 0,
      UNREADABLE: 0,
    };
    const batch = { reference: 'leases', state: 'RUNNING', startedAt: '2026-03-01T09:30:00.000Z' } as const;
    assert.deepEqual(batchLines({ ...batch, rows: 11, sent: 7, counts }), [
      'leases: running, 11 rows, 7 sent: 3 unsent, 4 waiting, 2 signed, 1 rejected, 1 failed',
    ]);
    const none = { ...counts, UNSENT: 0, WAITING: 0, SIGNED: 0, REJECTED: 0, FAILED: 0 };
    assert.deepEqual(batchLines({ ...batch, rows: 0, sent: 0, counts: none }), [
      'leases: running, 0 rows, 0 sent',
    ]);
  });
});
