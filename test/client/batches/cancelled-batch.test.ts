import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createAdvanceBatchActivity } from '@signering/activities/internal/advance-batch.js';
import { checkBatch } from '@signering/client/internal/batches/check-batch.js';
import { startBatch } from '@signering/client/internal/batches/start-batch.js';
import { TASK_QUEUE } from '@signering/contract';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import type { Storage } from '@signering/storage';
import { runActivity } from '../../activities/activity-stage.js';
import { onePagePdf } from '../../end-to-end/portal-jobs.js';
import { freshFolder } from '../../fixtures/run-folder.js';
import {
  BATCH,
  batchesWith,
  entryOf,
  jobsOn,
  leases,
  openFolder,
  prepare,
  recordEvent,
  ROWS,
} from './leases.js';

describe('a batch that was cancelled, and is handed over again', () => {
  it('sends the rows of a cancelled batch again, also those that a worker withdraws meanwhile', async () => {
    for (const moment of ['before the hand-over', 'before the release', 'around it'] as const) {
      let goOn = (): void => undefined;
      let working: Promise<unknown> = Promise.resolve();
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      const work = workerOn(storage);
      await startBatch(await leases(), { jobs, prepare });
      if (moment === 'before the hand-over') {
        await recordEvent(storage, 'CANCELLED');
        await work();
        assert.deepEqual(await withdrawn(storage), ROWS);
      }
      const record: typeof storage.batches.record = async (batch, released) => {
        // The client has claimed its rows.
        if (moment !== 'before the hand-over') await recordEvent(storage, 'CANCELLED');
        if (moment === 'before the release') await work();
        if (moment === 'around it') ({ goOn, working } = await heldWithdrawal(storage, work));
        return storage.batches.record(batch, released);
      };
      const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { record }) } };
      await startBatch(await leases([...ROWS, 'row-4']), { jobs: interrupted, prepare });
      goOn();
      await working;
      assert.deepEqual(await withdrawn(storage), [], moment);
      assert.equal((await storage.batches.find(BATCH))?.cancelled, undefined);
    }
  });

  it('keeps a row that it reopened from the worker, although another client releases the batch before it', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    const withdrawal = await entryOf(storage, 'row-2');
    await recordEvent(storage, 'CANCELLED');
    let finds = 0;
    const find: typeof storage.batches.find = async (batch) => {
      finds += 1;
      // After the claims. The worker has read the row as the claim left it, and looked at the log before this release.
      if (finds === 2) await recordEvent(storage, 'RELEASED');
      return storage.batches.find(batch);
    };
    const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { find }) } };
    await startBatch(await leases(), { jobs: interrupted, prepare });
    const abandoned = { abandonedAt: new Date().toISOString(), withdrawn: true } as const;
    await assert.rejects(storage.ledger.advance(withdrawal, { abandoned }), { code: 'LEDGER_CONFLICT' });
    assert.deepEqual(await withdrawn(storage), []);
  });

  it('leaves a row of a cancelled batch to the single order that sends it', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    await recordEvent(storage, 'CANCELLED');
    const work = workerOn(storage);
    await work();
    const { batch: _, ...entry } = await entryOf(storage, 'row-2');
    const { flow, documents, contentDigest = '', input } = entry;
    assert.ok(input);
    await storage.ledger.claim({ ...BATCH, reference: 'row-2', flow, documents, contentDigest, input });
    const message = /row 3, column reference: reference belongs to a single job, of .*: remove the row/u;
    await assert.rejects(startBatch(await leases(), { jobs, prepare }), { message });
    await startBatch({ ...(await leases()), wrongRows: 'SKIP' }, { jobs, prepare });
    assert.equal((await entryOf(storage, 'row-2')).batch, undefined);
    assert.equal((await entryOf(storage, 'row-1')).batch, 'leases');
    await recordEvent(storage, 'CANCELLED');
    await work();
    assert.deepEqual(await withdrawn(storage), ['row-1', 'row-3'], 'the single order is still open');
  });

  it('reports rows that became wrong while a cancelled batch was released', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    const folder = freshFolder('changed');
    for (const row of ROWS) await writeFile(join(folder, row), await onePagePdf('Lease'));
    const { template, ...batch } = await leases();
    const documents = [{ file: join(folder, '{{reference}}'), name: 'lease.pdf' }];
    const files = { ...batch, template: { ...template, documents } };
    await startBatch(files, { jobs, prepare });
    await recordEvent(storage, 'CANCELLED');
    const record: typeof storage.batches.record = async (batch, released) => {
      await writeFile(join(folder, 'row-2'), 'no PDF');
      return storage.batches.record(batch, released);
    };
    const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { record }) } };
    const { right, wrong, mistakes } = await startBatch(files, { jobs: interrupted, prepare });
    assert.deepEqual([right, wrong, mistakes.map(({ row }) => row)], [2, 1, [3]]);
  });

  it('refuses a row that was withdrawn and erased: its reference cannot be used again', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    const at = new Date().toISOString();
    const entry = await storage.ledger.advance(await entryOf(storage, 'row-2'), {
      abandoned: { abandonedAt: at, withdrawn: true },
    });
    await storage.ledger.erase(entry, { at, duplicates: [] }, []);
    const check = await checkBatch(await leases(), { jobs, prepare });
    assert.deepEqual([check.right, check.wrong], [2, 1]);
    const message =
      /row 3, column reference: reference belongs to a job that was erased: use a new reference/u;
    await assert.rejects(startBatch(await leases(), { jobs, prepare }), { message });
  });
});

/** What a worker does to the rows of a cancelled batch: it needs no call to Temporal. */
function workerOn(storage: Storage) {
  const temporal = new Client({ connection: Connection.lazy() });
  const encryption = createJsonEncryption([generateKey('test-1')]);
  const dependencies = { ...storage, temporal, encryption, taskQueue: TASK_QUEUE };
  const { advanceBatch } = createAdvanceBatchActivity(dependencies);
  return () => runActivity(advanceBatch, { ...BATCH, handled: 0 });
}

async function withdrawn(storage: Storage): Promise<readonly string[]> {
  const entries = await Promise.all(ROWS.map((reference) => entryOf(storage, reference)));
  return entries.filter(({ abandoned }) => abandoned !== undefined).map(({ reference }) => reference);
}

/** A worker that has read the rows and the log of a batch, and writes the withdrawals once it may go on. */
async function heldWithdrawal({ ledger }: Storage, work: () => Promise<unknown>) {
  const advance = ledger.advance.bind(ledger);
  let goOn = (): void => undefined;
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let working: Promise<unknown> = Promise.resolve();
  await new Promise<void>((held) => {
    ledger.advance = async (...change) => {
      held();
      await mayGoOn;
      return advance(...change);
    };
    working = work();
  });
  return { goOn, working };
}
