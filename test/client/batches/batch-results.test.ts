import assert from 'node:assert/strict';
import { makeCsv, type BatchResultsOptions } from '@signering/client';
import { callWith } from '@signering/client/internal/call-options.js';
import { Batches } from '@signering/client/internal/batches/batches.js';
import { startBatch } from '@signering/client/internal/batches/start-batch.js';
import type { Storage } from '@signering/storage';
import { BATCH, batchesWith, entryOf, jobsOn, leases, openFolder, prepare, ROWS } from './leases.js';

async function listed<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('the progress of a batch', () => {
  it('is followed by an estimate when all rows are sent, once ten were', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    const rows = Array.from({ length: 15 }, (_, index) => `row-${index}`);
    await startBatch(await leases(rows), { jobs, prepare });
    const batches = new Batches(jobs);
    const { activeSince = '' } = (await storage.batches.find(BATCH)) ?? {};
    for (const [index, reference] of rows.slice(0, 10).entries()) {
      const { allSentAt } = await batches.get('leases');
      assert.equal(allSentAt, undefined, `${index} rows are sent`);
      const created = { signatureJobId: String(index), createdAt: new Date().toISOString() };
      await storage.ledger.advance(await entryOf(storage, reference), { created });
    }
    const before = Date.now();
    const { allSentAt = '', sent, counts } = await batches.get('leases');
    assert.deepEqual([sent, counts.WAITING, counts.UNSENT], [10, 10, 5]);
    const [after, sentAt] = [Date.now(), Date.parse(allSentAt)];
    assert.ok(sentAt > before, 'the rows that are left take time');
    assert.ok(
      sentAt - after <= (after - Date.parse(activeSince)) / 2,
      'half as many rows take half the time',
    );
  });

  it('shows nothing of a job that reuses the reference of a row that was withdrawn', async () => {
    const storage = await openFolder();
    const jobs = jobsOn(storage);
    await startBatch(await leases(), { jobs, prepare });
    const batches = new Batches(jobs);
    await batches.cancel('leases', { reason: 'guessed references' });
    const at = new Date().toISOString();
    for (const reference of ROWS) {
      const abandoned = { abandonedAt: at, withdrawn: true } as const;
      await storage.ledger.advance(await entryOf(storage, reference), { abandoned });
    }
    // Another person's batch, with other content.
    const { table, template } = await leases(['row-1']);
    const other = { reference: 'others', table, template: { ...template, title: 'Other lease' } };
    assert.equal((await startBatch(other, { jobs, prepare })).added, 1);
    const created = { signatureJobId: '77', createdAt: at };
    await storage.ledger.advance(await entryOf(storage, 'row-1'), { created });
    const [first] = await listed(batches.results('leases'));
    assert.deepEqual(first, { row: 2, reference: 'row-1', state: 'WITHDRAWN' });
    const { sent, counts } = await batches.get('leases');
    assert.deepEqual([sent, counts.WITHDRAWN], [0, 3]);
    const [own] = await listed(batches.results('others'));
    assert.deepEqual([own?.state, own?.signatureJobId], ['WAITING', '77']);
  });
});

describe('the results of a batch', () => {
  /** Rows without jobs, as they stand in storage. */
  async function release(storage: Storage, references: readonly string[]): Promise<void> {
    const rows = references.map((reference, index) => ({ reference, row: index + 2 }));
    const lists = [await storage.batches.addRows(BATCH, rows)];
    await storage.batches.record(BATCH, { event: 'RELEASED', at: new Date().toISOString(), lists });
  }

  it('end in time and with their signal while the storage does not answer', async () => {
    const storage = await openFolder();
    await release(storage, ['row-1']);
    const jobs = jobsOn(storage);
    const rows = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    });
    const silent = { ...storage, batches: batchesWith(storage, { rows }) };
    const batches = new Batches({ ...jobs, storage: silent, bounded: callWith });
    await assert.rejects(listed(batches.results('leases', { timeoutMs: 50 })), {
      code: 'CALL_TIMED_OUT',
      retryable: true,
    });
    const reason = new Error('shutting down');
    const aborting = new AbortController();
    const read = listed(batches.results('leases', { signal: aborting.signal }));
    aborting.abort(reason);
    await assert.rejects(read, (error) => error === reason);
  });

  it('are those of some rows, without a look at the jobs of others', async () => {
    const storage = await openFolder();
    const references = Array.from({ length: 40 }, (_, index) => `row-${index + 1}`);
    await release(storage, references);
    const { ledger } = storage;
    const looked: string[] = [];
    const batches = new Batches({
      ...jobsOn(storage),
      storage: {
        ...storage,
        ledger: {
          find: (key) => {
            looked.push(key.reference);
            return ledger.find(key);
          },
          claim: (claim, options) => ledger.claim(claim, options),
        },
      },
    });
    const referencesOf = async (options: BatchResultsOptions): Promise<readonly string[]> =>
      (await listed(batches.results('leases', options))).map(({ reference }) => reference);
    const some = ['row-31', 'row-32', 'row-33'];
    assert.deepEqual(await referencesOf({ offset: 30, limit: 3 }), some);
    assert.deepEqual(looked, some);
    assert.deepEqual(await referencesOf({ offset: 1, limit: 1 }), ['row-2']);
    assert.deepEqual(await referencesOf({}), references);
    assert.deepEqual(await referencesOf({ limit: 0 }), []);
    assert.deepEqual(await referencesOf({ offset: 40 }), []);
    await assert.rejects(referencesOf({ signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('are refused for options that are no number of rows, by option and value', async () => {
    const storage = await openFolder();
    await release(storage, ['row-1']);
    const batches = new Batches(jobsOn(storage));
    const text = '910000007' as unknown as number;
    const refused: readonly (readonly [BatchResultsOptions, RegExp])[] = [
      [{ limit: NaN }, /limit: is NaN, and must be a whole number of rows, 0 or more/u],
      [{ offset: -1 }, /offset: is -1, and must/u],
      [{ offset: 0.5, limit: Infinity }, /offset: is 0\.5.*limit: is Infinity/su],
      [{ limit: text }, /limit: is a string, and must/u],
    ];
    for (const [options, message] of refused) {
      const error = { code: 'INVALID_REQUEST', message };
      await assert.rejects(listed(batches.results('leases', options)), error);
      await assert.rejects(listed(batches.resultsCsv('leases', options)), error);
    }
    await assert.rejects(batches.watch('leases', { everyMs: NaN }).next(), {
      code: 'INVALID_REQUEST',
      message: /everyMs: must be a whole number of milliseconds/u,
    });
  });

  it('are CSV that a spreadsheet opens without running a cell', async () => {
    const storage = await openFolder();
    const batches = new Batches(jobsOn(storage));
    const header = '\uFEFFrow;reference;state;signatureJobId;endedAt;archiveFolder\r\n';
    await assert.rejects(listed(batches.resultsCsv('leases')), { code: 'BATCH_NOT_FOUND' });
    await release(storage, ['row-1', ' =1+1']);
    const csv = `${header}2;row-1;UNSENT;;;\r\n3;' =1+1;UNSENT;;;\r\n`;
    assert.equal((await listed(batches.resultsCsv('leases'))).join(''), csv);
    assert.deepEqual(await listed(batches.resultsCsv('leases', { limit: 0 })), [header]);
    for (const start of ['=', '+', '-', '@', '\t', '\r', ' =', '\n+', '\u00A0@', '\uFF1D']) {
      assert.match(makeCsv([[`${start}cmd|'/c calc'!A0`]]), /^\uFEFF"?'/u, JSON.stringify(start));
    }
    const cells = ['=1;2', '=HYPERLINK("a")', 'a "b"', 'a b-1', 'plain'];
    assert.equal(makeCsv([cells]), `\uFEFF"'=1;2";"'=HYPERLINK(""a"")";"a ""b""";a b-1;plain\r\n`);
  });
});
