import assert from 'node:assert/strict';
import { JobHolds } from '@signering/client/internal/job-holds.js';
import { KnownJobs } from '@signering/client/internal/known-jobs.js';
import type { TemporalConnection } from '@signering/client/internal/temporal-connection.js';
import { openFileStorage, type LegalHolds, type Storage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';

const KEY = { organizationNumber: '910000007', reference: 'lease' };
const temporal: Pick<TemporalConnection, 'bounded'> = { bounded: (_, action) => action(undefined) };

async function claimedIn(folder: string) {
  const storage = await openFileStorage({ root: freshFolder(folder), create: true });
  const claim = { ...KEY, flow: 'PORTAL', contentDigest: 'a'.repeat(64), ...CLAIMED_INPUT } as const;
  return { storage, entry: await storage.ledger.claim(claim) };
}

/** The holds of a client, with what another process does right before a hold is placed. */
function holdsAfter(
  storage: Storage,
  before: (hold: Parameters<LegalHolds['place']>[0]) => Promise<unknown>,
) {
  const holds: Pick<LegalHolds, 'place'> = {
    place: async (hold) => {
      await before(hold);
      return storage.holds.place(hold);
    },
  };
  const jobs = new KnownJobs({
    ...KEY,
    storage: { ...storage, holds: holds as LegalHolds },
    temporal: temporal as TemporalConnection,
    taskQueue: 'none',
    encryption: {} as never,
  });
  return new JobHolds(jobs);
}

const REASON = { reason: 'Case 26-0042' };

describe('a hold that is placed while an erasure begins', () => {
  it('is refused once the erasure can remove files', async () => {
    const { storage } = await claimedIn('hold');
    const holds = holdsAfter(storage, ({ at }) => storage.holds.preclude(KEY, { at }));
    await assert.rejects(holds.place(KEY.reference, REASON), { code: 'JOB_ERASED' });
    assert.equal(await storage.holds.find(KEY), undefined);
  });
});

describe('a hold that is placed while retention removes the archived documents', () => {
  const at = '2026-04-01T12:00:00.000Z';

  it('is placed, and the answer says when the removal began', async () => {
    const { storage, entry } = await claimedIn('hold');
    // Retention has looked for a hold and removes the files.
    const holds = holdsAfter(storage, () => storage.ledger.advance(entry, { archiveRemoval: { at } }));
    const placed = await holds.place(KEY.reference, REASON);
    assert.deepEqual([placed.reason, placed.documentsRemovedAt], [REASON.reason, at]);
    assert.equal((await storage.holds.find(KEY))?.reason, REASON.reason);
  });

  it('is placed in time when a file was kept', async () => {
    const { storage, entry } = await claimedIn('hold');
    const archiveRemoval = { at, incomplete: true } as const;
    const holds = holdsAfter(storage, () => storage.ledger.advance(entry, { archiveRemoval }));
    assert.equal((await holds.place(KEY.reference, REASON)).documentsRemovedAt, undefined);
  });
});
