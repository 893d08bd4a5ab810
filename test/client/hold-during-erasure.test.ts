import assert from 'node:assert/strict';
import { JobHolds } from '@signering/client/internal/job-holds.js';
import { KnownJobs } from '@signering/client/internal/known-jobs.js';
import type { TemporalConnection } from '@signering/client/internal/temporal-connection.js';
import { openFileStorage, type LegalHolds } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';

const KEY = { organizationNumber: '910000007', reference: 'erased' };
const temporal: Pick<TemporalConnection, 'bounded'> = { bounded: (_, action) => action(undefined) };

describe('a hold that is placed while an erasure begins', () => {
  it('is refused once the erasure can remove files', async () => {
    const storage = await openFileStorage({ root: freshFolder('hold'), create: true });
    const { ledger, holds } = storage;
    await ledger.claim({ ...KEY, flow: 'PORTAL', contentDigest: 'a'.repeat(64), ...CLAIMED_INPUT });
    const afterErasure: Pick<LegalHolds, 'place'> = {
      place: async (hold) => {
        await holds.preclude(KEY, { at: hold.at });
        return holds.place(hold);
      },
    };
    const jobs = new KnownJobs({
      ...KEY,
      storage: { ...storage, holds: afterErasure as LegalHolds },
      temporal: temporal as TemporalConnection,
      taskQueue: 'none',
      encryption: {} as never,
    });
    await assert.rejects(new JobHolds(jobs).place(KEY.reference, { reason: 'Case 26-0042' }), {
      code: 'JOB_ERASED',
    });
    assert.equal(await holds.find(KEY), undefined);
  });
});
