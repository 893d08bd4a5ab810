import assert from 'node:assert/strict';
import { createAdvanceBatchActivity } from '@signering/activities/internal/advance-batch.js';
import { Client, Connection } from '@temporalio/client';
import { TASK_QUEUE } from '@signering/contract';
import type { BatchJobs } from '@signering/client/internal/batches/batch-jobs.js';
import { Batches } from '@signering/client/internal/batches/batches.js';
import { checkBatch, startBatch } from '@signering/client/internal/batches/start-batch.js';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import { openFileStorage, type Storage } from '@signering/storage';
import { runActivity } from '../../activities/activity-stage.js';
import { onePagePdf } from '../../end-to-end/portal-jobs.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshFolder } from '../../fixtures/run-folder.js';

const ORGANIZATION = '910000007';
const BATCH = { organizationNumber: ORGANIZATION, reference: 'leases' };
const ROWS = ['row-1', 'row-2', 'row-3'];
const prepare = { pollingQueue: 'q' };

describe('the hand-over of a batch', () => {
  let content: Uint8Array;
  before(async () => {
    content = await onePagePdf('Lease');
  });

  const request = (rows: readonly string[]) => ({
    reference: 'leases',
    table: { content: Buffer.from(`reference\n${rows.join('\n')}\n`) },
    template: {
      title: 'Lease',
      documents: [{ content, name: 'lease.pdf' }],
      signers: [{ emailAddress: 'kari@example.com' }],
    },
  });

  /** The parts of a client that batches need, on a storage; Temporal counts signals. */
  function jobsOn(storage: Storage): BatchJobs & { readonly signals: () => number } {
    let signals = 0;
    return {
      organizationNumber: ORGANIZATION,
      storage,
      encryption: createJsonEncryption([generateKey('test-1')]),
      bounded: (_, action) => action(undefined),
      signalBatch: () => {
        signals += 1;
        return Promise.resolve();
      },
      signals: () => signals,
    };
  }

  const openFolder = () => openFileStorage({ root: freshFolder('hand-over'), create: true });

  it('releases each row once when it was killed at any of its steps, and is repeated', async () => {
    let isWhole = false;
    for (let fatal = 1; !isWhole; fatal += 1) {
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      const dying = killedAt(jobs, fatal);
      isWhole = await startBatch(request(ROWS), { jobs: dying, prepare }).then(
        () => true,
        (error: unknown) => {
          assert.ok(error instanceof KilledError, String(error));
          return false;
        },
      );
      const released = await storage.batches.find(BATCH);
      if (!isWhole && released !== undefined) {
        for (const reference of ROWS) {
          assert.ok(
            await storage.ledger.find({ ...BATCH, reference }),
            `step ${fatal}: ${reference} is claimed`,
          );
        }
      }
      await startBatch(request(ROWS), { jobs, prepare });
      const record = await storage.batches.find(BATCH);
      const rows: string[] = [];
      for await (const { reference } of storage.batches.rows(BATCH, record?.lists ?? []))
        rows.push(reference);
      assert.deepEqual(rows, ROWS, `step ${fatal}`);
      assert.ok(jobs.signals() >= 1, `step ${fatal}: the workflow is signalled`);
    }
  });

  it('sends a failed row of an ended batch again, when it was killed at any of its steps, and is repeated', async () => {
    let isWhole = false;
    for (let fatal = 1; !isWhole; fatal += 1) {
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      await startBatch(request(ROWS), { jobs, prepare });
      const at = new Date().toISOString();
      const failing = await storage.ledger.find({ ...BATCH, reference: 'row-2' });
      assert.ok(failing);
      await storage.ledger.advance(failing, { abandoned: { abandonedAt: at } });
      await storage.batches.record(BATCH, { event: 'ENDED', at, seen: 1 });
      isWhole = await startBatch(request(ROWS), { jobs: killedAt(jobs, fatal), prepare }).then(
        () => true,
        () => false,
      );
      await startBatch(request(ROWS), { jobs, prepare });
      assert.equal((await storage.batches.find(BATCH))?.ended, undefined, `step ${fatal}: it is open`);
      const again = await storage.ledger.find({ ...BATCH, reference: 'row-2' });
      assert.equal(again?.abandoned, undefined, `step ${fatal}`);
      assert.ok(jobs.signals() >= 2, `step ${fatal}: the workflow is signalled`);
    }
  });

  it('does nothing twice for the same table, and adds only the rows of a corrected one that are new', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    assert.equal((await startBatch(request(ROWS), { jobs, prepare })).added, 3);
    const { newest, lists } = (await storage.batches.find(BATCH)) ?? {};
    const again = await startBatch(request(ROWS), { jobs, prepare });
    assert.deepEqual([again.added, again.known], [0, 3]);
    const after = await storage.batches.find(BATCH);
    assert.deepEqual([after?.newest, after?.lists], [newest, lists]);
    assert.equal((await startBatch(request([...ROWS, 'row-4']), { jobs, prepare })).added, 1);
    assert.equal((await new Batches(jobs).get('leases')).rows, 4);
  });

  const event = (storage: Storage, name: 'CANCELLED' | 'RELEASED', at = new Date()) =>
    storage.batches.record(BATCH, { event: name, at: at.toISOString(), lists: [1] });
  const entryOf = async (storage: Storage, reference: string) => {
    const entry = await storage.ledger.find({ ...BATCH, reference });
    assert.ok(entry);
    return entry;
  };

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

  it('sends the rows of a cancelled batch again, also those that a worker withdraws meanwhile', async () => {
    for (const moment of ['before the hand-over', 'before the release', 'around it'] as const) {
      let goOn = (): void => undefined;
      let working: Promise<unknown> = Promise.resolve();
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      const work = workerOn(storage);
      await startBatch(request(ROWS), { jobs, prepare });
      if (moment === 'before the hand-over') {
        await event(storage, 'CANCELLED');
        await work();
        assert.deepEqual(await withdrawn(storage), ROWS);
      }
      const record: typeof storage.batches.record = async (batch, released) => {
        // The client has claimed its rows.
        if (moment !== 'before the hand-over') await event(storage, 'CANCELLED');
        if (moment === 'before the release') await work();
        if (moment === 'around it') ({ goOn, working } = await heldWithdrawal(storage, work));
        return storage.batches.record(batch, released);
      };
      const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { record }) } };
      await startBatch(request([...ROWS, 'row-4']), { jobs: interrupted, prepare });
      goOn();
      await working;
      assert.deepEqual(await withdrawn(storage), [], moment);
      assert.equal((await storage.batches.find(BATCH))?.cancelled, undefined);
    }
  });

  it('keeps a row that it reopened from the worker, although another client releases the batch before it', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(request(ROWS), { jobs, prepare });
    const withdrawal = await entryOf(storage, 'row-2');
    await event(storage, 'CANCELLED');
    let finds = 0;
    const find: typeof storage.batches.find = async (batch) => {
      finds += 1;
      // After the claims. The worker has read the row as the claim left it, and looked at the log before this release.
      if (finds === 2) await event(storage, 'RELEASED');
      return storage.batches.find(batch);
    };
    const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { find }) } };
    await startBatch(request(ROWS), { jobs: interrupted, prepare });
    const abandoned = { abandonedAt: new Date().toISOString(), withdrawn: true } as const;
    await assert.rejects(storage.ledger.advance(withdrawal, { abandoned }), { code: 'LEDGER_CONFLICT' });
    assert.deepEqual(await withdrawn(storage), []);
  });

  it('leaves a row of a cancelled batch to the single order that sends it', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(request(ROWS), { jobs, prepare });
    await event(storage, 'CANCELLED');
    const work = workerOn(storage);
    await work();
    const { batch: _, ...entry } = await entryOf(storage, 'row-2');
    const { flow, documents, contentDigest = '', input } = entry;
    assert.ok(input);
    await storage.ledger.claim({ ...BATCH, reference: 'row-2', flow, documents, contentDigest, input });
    await startBatch(request(ROWS), { jobs, prepare });
    assert.equal((await entryOf(storage, 'row-2')).batch, undefined);
    assert.equal((await entryOf(storage, 'row-1')).batch, 'leases');
    await event(storage, 'CANCELLED');
    await work();
    assert.deepEqual(await withdrawn(storage), ['row-1', 'row-3'], 'the single order is still open');
  });

  it('reports rows that became wrong while a cancelled batch was released', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    const folder = freshFolder('changed');
    for (const row of ROWS) await writeFile(join(folder, row), content);
    const files = {
      ...request(ROWS),
      template: {
        ...request(ROWS).template,
        documents: [{ file: join(folder, '{{reference}}'), name: 'lease.pdf' }],
      },
    };
    await startBatch(files, { jobs, prepare });
    await event(storage, 'CANCELLED');
    const record: typeof storage.batches.record = async (batch, released) => {
      await writeFile(join(folder, 'row-2'), 'no PDF');
      return storage.batches.record(batch, released);
    };
    const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { record }) } };
    const { right, wrong, mistakes } = await startBatch(files, { jobs: interrupted, prepare });
    assert.deepEqual([right, wrong, mistakes.map(({ row }) => row)], [2, 1, [3]]);
  });

  it('releases a row that was reopened once', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(request(ROWS), { jobs, prepare });
    const abandoned = { abandonedAt: new Date().toISOString() };
    await storage.ledger.advance(await entryOf(storage, 'row-2'), { abandoned });
    await startBatch(request(ROWS), { jobs, prepare });
    // The clock of another client may be a minute ahead.
    const released = await event(storage, 'RELEASED', new Date(Date.now() + 2 * 60_000));
    await startBatch(request(ROWS), { jobs, prepare });
    assert.equal((await storage.batches.find(BATCH))?.newest, released);
  });

  it('is followed by an estimate when all rows are sent, once ten were', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    const rows = Array.from({ length: 15 }, (_, index) => `row-${index}`);
    await startBatch(request(rows), { jobs, prepare });
    const batches = new Batches(jobs);
    const { activeSince = '' } = (await storage.batches.find(BATCH)) ?? {};
    for (const [index, reference] of rows.slice(0, 10).entries()) {
      const { allSentAt } = await batches.get('leases');
      assert.equal(allSentAt, undefined, `${index} rows are sent`);
      const entry = await storage.ledger.find({ ...BATCH, reference });
      assert.ok(entry);
      const created = { signatureJobId: String(index), createdAt: new Date().toISOString() };
      await storage.ledger.advance(entry, { created });
    }
    const { allSentAt = '', counts } = await batches.get('leases');
    assert.deepEqual([counts.WAITING, counts.UNSENT], [10, 5]);
    const [pastMs, leftMs] = [Date.now() - Date.parse(activeSince), Date.parse(allSentAt) - Date.now()];
    assert.ok(leftMs > 0 && leftMs < pastMs, 'half as many rows take half the time');
  });

  it('shows nothing of a job that reuses the reference of a row that was withdrawn', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(request(ROWS), { jobs, prepare });
    const batches = new Batches(jobs);
    await batches.cancel('leases', { reason: 'guessed references' });
    const at = new Date().toISOString();
    for (const reference of ROWS) {
      const entry = await storage.ledger.find({ ...BATCH, reference });
      assert.ok(entry);
      await storage.ledger.advance(entry, { abandoned: { abandonedAt: at, withdrawn: true } });
    }
    // Another person's batch, with other content.
    const { table, template } = request(['row-1']);
    const other = { reference: 'others', table, template: { ...template, title: 'Other lease' } };
    assert.equal((await startBatch(other, { jobs, prepare })).added, 1);
    const job = await storage.ledger.find({ ...BATCH, reference: 'row-1' });
    assert.ok(job);
    const created = { signatureJobId: '77', createdAt: at };
    await storage.ledger.advance(job, { created });
    const resultsOf = async (batch: string) => {
      const results = [];
      for await (const result of batches.results(batch)) results.push(result);
      return results;
    };
    const [first] = await resultsOf('leases');
    assert.deepEqual(first, { row: 2, reference: 'row-1', state: 'WITHDRAWN' });
    assert.equal((await batches.get('leases')).counts.WITHDRAWN, 3);
    const [own] = await resultsOf('others');
    assert.deepEqual([own?.state, own?.signatureJobId], ['WAITING', '77']);
  });

  it('reads no more rows of a table, and keeps no more mistakes, than the limits allow', async () => {
    const jobs = jobsOn(await openFolder());
    const message = /rows: are more than 2: divide the table/u;
    await assert.rejects(checkBatch({ ...request(ROWS), mostRows: 2 }, { jobs, prepare }), { message });
    const wrong = { ...request(['a', 'a', 'a', 'a']), mostRows: 4, mostMistakes: 1 };
    const check = await checkBatch(wrong, { jobs, prepare });
    assert.deepEqual([check.wrong, check.mistakes.length, check.moreMistakes], [3, 1, 2]);
  });

  it('refuses a row that was withdrawn and erased: its reference cannot be used again', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(request(ROWS), { jobs, prepare });
    const entry = await storage.ledger.find({ ...BATCH, reference: 'row-2' });
    assert.ok(entry);
    const at = new Date().toISOString();
    const withdrawn = await storage.ledger.advance(entry, {
      abandoned: { abandonedAt: at, withdrawn: true },
    });
    await storage.ledger.erase(withdrawn, { at, duplicates: [] }, []);
    const check = await checkBatch(request(ROWS), { jobs, prepare });
    assert.deepEqual([check.right, check.wrong], [2, 1]);
    const message = /row 3: reference belongs to a job that was erased: use a new reference/u;
    await assert.rejects(startBatch(request(ROWS), { jobs, prepare }), { message });
  });
});

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

/** The batches of a storage with some methods replaced. */
function batchesWith(
  { batches }: Pick<Storage, 'batches'>,
  replaced: Partial<Pick<Storage['batches'], 'find' | 'record'>>,
): Storage['batches'] {
  return {
    addRows: (batch, rows) => batches.addRows(batch, rows),
    record: (batch, event) => batches.record(batch, event),
    lists: (batch) => batches.lists(batch),
    newest: (batch) => batches.newest(batch),
    rows: (batch, lists) => batches.rows(batch, lists),
    find: (batch) => batches.find(batch),
    list: () => batches.list(),
    open: () => batches.open(),
    ...replaced,
  };
}

class KilledError extends Error {}

/** The jobs of a process that is killed at a step: what it writes there does or does not become durable. */
function killedAt(jobs: BatchJobs, fatal: number): BatchJobs {
  let steps = 0;
  const step = async <T>(write: () => Promise<T>): Promise<T> => {
    steps += 2;
    // Each write is two steps: killed before it, and killed after it. The dead process does nothing else.
    if (steps - 1 >= fatal) throw new KilledError();
    const written = await write();
    if (steps >= fatal) throw new KilledError();
    return written;
  };
  const { ledger, documents, batches, storageIdentity } = jobs.storage;
  return {
    ...jobs,
    signalBatch: (batch) => step(() => jobs.signalBatch(batch)),
    storage: {
      storageIdentity,
      ledger: {
        find: (key) => ledger.find(key),
        claim: (claim, options) => step(() => ledger.claim(claim, options)),
      },
      documents: {
        has: (document) => documents.has(document),
        put: (content, names) => step(() => documents.put(content, names)),
      },
      batches: {
        ...batchesWith(jobs.storage, {}),
        addRows: (batch, rows) => step(() => batches.addRows(batch, rows)),
        record: (batch, event) => step(() => batches.record(batch, event)),
      },
    },
  };
}
