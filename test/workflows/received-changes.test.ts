import assert from 'node:assert/strict';
import type { JobChange } from '@signering/workflows/internal/job-change.js';
import { ReceivedChanges } from '@signering/workflows/internal/received-changes.js';

const FIRST = {
  signatureJobId: '1',
  status: 'COMPLETED_SUCCESSFULLY',
  signatures: [{ signer: 1, status: { kind: 'SIGNED' }, since: '2026-11-22T10:00:00+01:00' }],
  identity: 'job 1, signed by Anne',
} as unknown as JobChange;

describe('a status change that comes again', () => {
  it('is no news, and brings the addresses that the first one left out', () => {
    const changes = new ReceivedChanges();
    const again = { ...FIRST, padesUrl: 'https://service.example/pades' } as JobChange;
    changes.keep(FIRST);
    changes.keep({ ...FIRST, signatureJobId: '2', identity: 'job 2' } as JobChange);
    changes.keep(again);
    assert.deepEqual(changes.ofJob('1'), [again]);
    assert.equal(changes.ofOtherJobs('1').length, 1);
  });
});

describe('an intermediate status change that arrives after the final one', () => {
  it('is left out, because the final one is newer', () => {
    const changes = new ReceivedChanges();
    const late = { ...FIRST, status: 'IN_PROGRESS', identity: 'job 1, open' } as unknown as JobChange;
    changes.keep(FIRST);
    changes.keep(late);
    assert.deepEqual(changes.ofJob('1'), [FIRST]);
    changes.keep({ ...late, signatureJobId: '2' } as JobChange);
    assert.equal(changes.count, 2);
  });
});
