import assert from 'node:assert/strict';
import { createDeleteServiceCopiesActivity } from '@signering/activities/internal/delete-service-copies.js';
import type { ActivityDependencies } from '@signering/activities';
import { openFileStorage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';
import { runActivity } from './activity-stage.js';

const ORGANIZATION = '910000007';
const JOBS = 20;
const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1000;

describe('the deletion of copies at the service', () => {
  it('takes the jobs in another order in each run, so that refused ones do not keep it from the others', async () => {
    const storage = await openFileStorage({ root: freshFolder('service-copies'), create: true });
    const settledAt = new Date(Date.now() - THREE_DAYS_MS).toISOString();
    for (let number = 1; number <= JOBS; number += 1) {
      const job = { organizationNumber: ORGANIZATION, reference: `lease-${number}` };
      const created = { signatureJobId: `${number}`, createdAt: settledAt };
      const entry = await storage.ledger.claim({
        ...job,
        flow: 'PORTAL',
        pollingQueue: 'q',
        contentDigest: 'a'.repeat(64),
        ...CLAIMED_INPUT,
      });
      await storage.archive.putReceipt({ ...job, ...created }, { ...RECEIPT_FACTS, ...job, ...created });
      await storage.ledger.advance(entry, {
        created,
        settled: {
          outcome: 'SIGNED',
          folder: storage.archive.folderOf({ ...job, ...created }),
          settledAt,
          deleteDocumentsUrl: `https://api.example.com/${number}`,
        },
        confirmedAt: settledAt,
      });
    }
    // A dry run lists the jobs in the order in which a run takes them, and calls nothing.
    const dependencies = {
      ...storage,
      retention: { serviceCopiesDays: 1 },
      senders: new Set([ORGANIZATION]),
    } as unknown as ActivityDependencies;
    const { deleteServiceCopies } = createDeleteServiceCopiesActivity(dependencies);
    const walk = async () => {
      const part = await runActivity(deleteServiceCopies, { dryRun: true });
      return part?.items?.map(({ reference }) => reference) ?? [];
    };
    const [first, second] = [await walk(), await walk()];
    assert.equal(first.length, JOBS);
    assert.deepEqual(first.toSorted(), second.toSorted());
    // The same order by chance: once in 20! pairs of runs.
    assert.notDeepEqual(first, second);
  });

  it('looks for them among the jobs that were created in the last 1,000 days before they can have ended', async () => {
    const { archive } = await openFileStorage({ root: freshFolder('service-copies'), create: true });
    for (const days of [1, 900, 1100]) {
      const createdAt = new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();
      const job = { organizationNumber: ORGANIZATION, reference: `${days}`, signatureJobId: '1', createdAt };
      await archive.putReceipt(job, { ...RECEIPT_FACTS, ...job });
    }
    const listed: string[] = [];
    const since = new Date(Date.now() - THREE_DAYS_MS).toISOString();
    for await (const { reference } of archive.listSettled(since)) listed.push(reference);
    assert.deepEqual(listed.sort(), ['1', '900']);
  });
});
