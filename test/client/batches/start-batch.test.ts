import assert from 'node:assert/strict';
import type { BatchJobs } from '@signering/client/internal/batches/batch-jobs.js';
import { Batches } from '@signering/client/internal/batches/batches.js';
import { checkBatch } from '@signering/client/internal/batches/check-batch.js';
import { startBatch } from '@signering/client/internal/batches/start-batch.js';
import { InvalidInputError, SigningError } from '@signering/schema';
import { damageEntry } from '../../activities/batch-stage.js';
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

describe('the hand-over of a batch', () => {
  it('releases each row once when it was killed at any of its steps, and is repeated', async () => {
    let isWhole = false;
    for (let fatal = 1; !isWhole; fatal += 1) {
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      const dying = killedAt(jobs, fatal);
      isWhole = await startBatch(await leases(), { jobs: dying, prepare }).then(
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
      await startBatch(await leases(), { jobs, prepare });
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
      await startBatch(await leases(), { jobs, prepare });
      const at = new Date().toISOString();
      const failing = await storage.ledger.find({ ...BATCH, reference: 'row-2' });
      assert.ok(failing);
      await storage.ledger.advance(failing, { abandoned: { abandonedAt: at } });
      await storage.batches.record(BATCH, { event: 'ENDED', at, seen: 1 });
      isWhole = await startBatch(await leases(), { jobs: killedAt(jobs, fatal), prepare }).then(
        () => true,
        () => false,
      );
      await startBatch(await leases(), { jobs, prepare });
      assert.equal((await storage.batches.find(BATCH))?.ended, undefined, `step ${fatal}: it is open`);
      const again = await storage.ledger.find({ ...BATCH, reference: 'row-2' });
      assert.equal(again?.abandoned, undefined, `step ${fatal}`);
      assert.ok(jobs.signals() >= 2, `step ${fatal}: the workflow is signalled`);
    }
  });

  it('names the person who gets the email about the end, also when it was killed and a worker has ended the batch since', async () => {
    let isWhole = false;
    const emailsTo = { emailAddress: 'anne@example.com' };
    for (let fatal = 1; !isWhole; fatal += 1) {
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      isWhole = await startBatch(await leases(), { jobs: killedAt(jobs, fatal), prepare, emailsTo }).then(
        () => true,
        () => false,
      );
      const record = await storage.batches.find(BATCH);
      if (record !== undefined) {
        const at = new Date().toISOString();
        await storage.batches.record(BATCH, { event: 'ENDED', at, seen: record.newest });
      }
      await startBatch(await leases(), { jobs, prepare, emailsTo });
      assert.equal(jobs.recipient(), emailsTo.emailAddress, `step ${fatal}`);
    }
  });

  it('is completed by a wake where its signal failed: the batch knows the person, and no rows change', async () => {
    const jobs = jobsOn(await openFolder());
    const emailsTo = { emailAddress: 'anne@example.com' };
    const batches = new Batches(jobs);
    await assert.rejects(batches.wake(BATCH.reference, { emailsTo }), { code: 'BATCH_NOT_FOUND' });
    const refused = new SigningError('TEMPORAL_REFUSED', 'No signal.');
    const withoutSignal = { ...jobs, signalBatch: () => Promise.reject(refused) };
    await assert.rejects(startBatch(await leases(), { jobs: withoutSignal, prepare, emailsTo }), refused);
    const released = await jobs.storage.batches.find(BATCH);
    assert.ok(released !== undefined);
    await assert.rejects(batches.wake(BATCH.reference, { emailsTo: { emailAddress: 'anne' } }), {
      code: 'INVALID_REQUEST',
    });
    await batches.wake(BATCH.reference, { emailsTo });
    assert.deepEqual([jobs.signals(), jobs.recipient()], [1, emailsTo.emailAddress]);
    assert.deepEqual(await jobs.storage.batches.find(BATCH), released);
  });

  it('does nothing twice for the same table, and adds only the rows of a corrected one that are new', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    assert.equal((await startBatch(await leases(), { jobs, prepare })).added, 3);
    const { newest, lists } = (await storage.batches.find(BATCH)) ?? {};
    const again = await startBatch(await leases(), { jobs, prepare });
    assert.deepEqual([again.added, again.known], [0, 3]);
    const after = await storage.batches.find(BATCH);
    assert.deepEqual([after?.newest, after?.lists], [newest, lists]);
    assert.equal((await startBatch(await leases([...ROWS, 'row-4']), { jobs, prepare })).added, 1);
    assert.equal((await new Batches(jobs).get('leases')).rows, 4);
  });

  it('releases a row that was reopened once', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    const abandoned = { abandonedAt: new Date().toISOString() };
    await storage.ledger.advance(await entryOf(storage, 'row-2'), { abandoned });
    await startBatch(await leases(), { jobs, prepare });
    // The clock of another client may be a minute ahead.
    const released = await recordEvent(storage, 'RELEASED', new Date(Date.now() + 2 * 60_000));
    await startBatch(await leases(), { jobs, prepare });
    assert.equal((await storage.batches.find(BATCH))?.newest, released);
  });

  it('refuses a row that another batch sends, and takes over one that failed or was withdrawn there', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    const abandoned = { abandonedAt: new Date().toISOString() };
    await storage.ledger.advance(await entryOf(storage, 'row-2'), { abandoned });
    await storage.ledger.advance(await entryOf(storage, 'row-3'), {
      abandoned: { ...abandoned, withdrawn: true },
    });
    const { reference: _, ...source } = await leases();
    const again = { ...source, reference: 'again' };
    const { right, known, wrong, mistakes } = await checkBatch(again, { jobs, prepare });
    assert.deepEqual([right, known, wrong], [2, 0, 1]);
    assert.deepEqual(
      mistakes.map(({ place, path, reason }) => [place, path, reason]),
      [['row 2, column reference', 'reference', 'ALREADY_SENT']],
    );
    const remedy =
      /batch "leases", of .*: send the file under that reference, remove the row, or cancel that batch/u;
    assert.match(mistakes[0]?.message ?? '', remedy);
    await assert.rejects(startBatch(again, { jobs, prepare }), { code: 'INVALID_REQUEST', message: remedy });
    const ofAnyBatch = await checkBatch(source, { jobs, prepare });
    assert.deepEqual([ofAnyBatch.right, ofAnyBatch.known, ofAnyBatch.wrong], [3, 1, 0]);
    assert.equal((await startBatch({ ...again, wrongRows: 'SKIP' }, { jobs, prepare })).added, 2);
    const states: (readonly [string, string])[] = [];
    const results = new Batches(jobs).results('again');
    for await (const { reference, state } of results) states.push([reference, state]);
    assert.deepEqual(states, [
      ['row-2', 'UNSENT'],
      ['row-3', 'UNSENT'],
    ]);
  });

  it('refuses a row whose ledger entry is damaged, as a fault of the row and not of its reference', async () => {
    const root = freshFolder('damaged');
    const jobs = jobsOn(await openFolder(root));
    await startBatch(await leases(), { jobs, prepare });
    await damageEntry('row-2', root);
    const { right, mistakes } = await checkBatch(await leases(), { jobs, prepare });
    assert.deepEqual(
      [right, mistakes.map(({ place, columns, path, reason }) => [place, columns, path, reason])],
      [2, [['row 3', [], 'request', undefined]]],
    );
    assert.match(mistakes[0]?.message ?? '', /cannot be compared with the ledger: .*row-2/u);
  });

  it('reports a row that another batch claims between the check and the claim, up to the limit of mistakes', async () => {
    const overtaken = async (mostMistakes?: number, wrongRows: readonly string[] = []) => {
      const storage = await openFolder();
      const jobs = jobsOn(storage);
      const faster = { ...(await leases(['row-2'])), reference: 'faster' };
      let hasStarted = false;
      const find: typeof storage.batches.find = async (batch) => {
        if (!hasStarted) {
          hasStarted = true;
          await startBatch(faster, { jobs, prepare });
        }
        return storage.batches.find(batch);
      };
      const interrupted = { ...jobs, storage: { ...storage, batches: batchesWith(storage, { find }) } };
      const table = await leases([...ROWS, ...wrongRows]);
      const skipping = { ...table, wrongRows: 'SKIP', mostMistakes } as const;
      const started = await startBatch(skipping, { jobs: interrupted, prepare });
      assert.deepEqual([started.added, started.wrong], [2, 1 + wrongRows.length]);
      assert.equal((await entryOf(storage, 'row-2')).batch, 'faster');
      return started;
    };
    const { mistakes, moreMistakes } = await overtaken();
    assert.deepEqual(
      mistakes.map(({ place, reason }) => `${place}: ${reason}`),
      ['row 3, column reference: ALREADY_SENT'],
    );
    assert.match(mistakes[0]?.message ?? '', /since the check: belongs to batch "faster"/u);
    assert.equal(moreMistakes, undefined);
    const counted = await overtaken(0);
    assert.deepEqual([counted.mistakes, counted.moreMistakes], [[], 1]);
    const both = await overtaken(1, ['row-1', 'row-1']);
    assert.deepEqual(
      [both.mistakes.map(({ row }) => row), both.moreMistakes],
      [[5], 2],
      'of the check, then of the claim',
    );
  });

  it('reads no more rows of a table, and keeps no more mistakes, than the limits allow', async () => {
    const jobs = jobsOn(await openFolder());
    const message = /rows: are more than 2: divide the table/u;
    await assert.rejects(checkBatch({ ...(await leases()), mostRows: 2 }, { jobs, prepare }), (error) => {
      assert.ok(error instanceof InvalidInputError);
      assert.match(error.message, message);
      assert.deepEqual(
        error.problems.map(({ reason }) => reason),
        ['TOO_MANY_ROWS'],
      );
      return true;
    });
    const wrong = { ...(await leases(['a', 'a', 'a', 'a'])), mostRows: 4, mostMistakes: 1 };
    const check = await checkBatch(wrong, { jobs, prepare });
    assert.deepEqual([check.wrong, check.mistakes.length, check.moreMistakes], [3, 1, 2]);
  });
});

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
    signalBatch: (batch, emailsTo) => step(() => jobs.signalBatch(batch, emailsTo)),
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
