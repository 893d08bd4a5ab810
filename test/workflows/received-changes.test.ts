import assert from 'node:assert/strict';
import type { PortalStatusChange } from '../../schema/index.js';
import { ReceivedChanges } from '../../workflows/received-changes.js';

const FIRST = {
  signatureJobId: '1',
  status: 'COMPLETED_SUCCESSFULLY',
  confirmationUrl: 'https://service.example/confirm',
  signatures: [
    {
      identifier: { emailAddress: 'anne@example.com' },
      status: { kind: 'SIGNED' },
      since: '2026-11-22T10:00:00+01:00',
    },
  ],
} as unknown as PortalStatusChange;

describe('a status change that comes again', () => {
  it('is no news, and brings the addresses that the first one left out', () => {
    const changes = new ReceivedChanges();
    const again = { ...FIRST, padesUrl: 'https://service.example/pades' } as PortalStatusChange;
    changes.keep(FIRST);
    changes.keep({ ...FIRST, signatureJobId: '2' } as PortalStatusChange);
    changes.keep(again);
    assert.deepEqual(changes.ofJob('1'), [again]);
    assert.equal(changes.ofOtherJobs('1').length, 1);
  });
});
