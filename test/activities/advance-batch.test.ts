import assert from 'node:assert/strict';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { damageEntry, openBatchStage, type BatchStage } from './batch-stage.js';

describe('the rows of a batch in storage', () => {
  let stage: BatchStage;
  before(async () => {
    stage = await openBatchStage();
  });
  after(() => stage.close());

  it('of a hand-over that was broken off are not released with later ones', async () => {
    const { storage, batchOf, handOver, record, advanced } = stage;
    await handOver('broken-off', ['b-1']);
    const list = await handOver('broken-off', ['b-2']);
    await record('broken-off', { event: 'RELEASED', lists: [list] });
    const { counts } = await advanced('broken-off');
    assert.equal(counts?.UNSENT, 1);
    const { lists = [] } = (await storage.batches.find(batchOf('broken-off'))) ?? {};
    assert.deepEqual(lists, [list]);
  });

  it('go on past a row whose ledger entry is damaged, and count it', async () => {
    const { root, handOver, record, advanced } = stage;
    const list = await handOver('damaged', ['d-1', 'd-2', 'd-3']);
    await damageEntry('d-2', root);
    await record('damaged', { event: 'RELEASED', lists: [list] });
    const sent = await advanced('damaged');
    assert.deepEqual([sent.handled, sent.later], [3, [1, 3]]);
    assert.deepEqual([sent.counts?.UNREADABLE, sent.counts?.UNSENT], [1, 2]);
  });

  it('stop being started when a person pauses the batch, and its end is not recorded after a new release', async () => {
    const { storage, batchOf, handOver, record, advanced } = stage;
    const list = await handOver('news', ['n-1']);
    await record('news', { event: 'RELEASED', lists: [list] });
    const { newest = 0 } = (await storage.batches.find(batchOf('news'))) ?? {};
    await record('news', { event: 'PAUSED' });
    assert.deepEqual([(await advanced('news')).isPaused, (await advanced('news')).handled], [true, 0]);
    await record('news', { event: 'RELEASED', lists: [list] });
    await record('news', { event: 'ENDED', seen: newest });
    assert.equal((await storage.batches.find(batchOf('news')))?.ended, undefined);
  });

  it('are sent past rows with a fault that no other row has, until 40 of them stop the batch', async () => {
    const { storage, batchOf, entryOf, claim, record, advanced } = stage;
    const another = createJsonEncryption(parseKeys(formatKeys([generateKey('not-here')])));
    const faulty = Array.from({ length: 40 }, (_, index) => `f-${index}`);
    for (const reference of faulty) await claim(reference, 'stuck', undefined, { as: another });
    const rows = ['s-1', ...faulty, 's-2'].map((reference, index) => ({ reference, row: index + 2 }));
    for (const reference of ['s-1', 's-2']) await claim(reference, 'stuck');
    await record('stuck', {
      event: 'RELEASED',
      lists: [await storage.batches.addRows(batchOf('stuck'), rows)],
    });
    const first = await advanced('stuck');
    assert.deepEqual([first.handled, first.later?.length, first.hasMore], [40, 40, true]);
    assert.equal(first.counts?.UNSENT, 42);
    // The workflow of the first row created its job meanwhile.
    const sent = await entryOf('s-1');
    assert.ok(sent);
    const created = { signatureJobId: '77', createdAt: new Date().toISOString() };
    await storage.ledger.advance(sent, { created });
    const next = await advanced('stuck', first);
    assert.deepEqual([next.handled, next.later?.length, next.hasMore], [41, 40, true]);
  });

  it('of a fourth batch get their turn before those of three others get the next one', async () => {
    const { storage, handOver, record, advanced } = stage;
    const batches = ['turn-1', 'turn-2', 'turn-3', 'turn-4'];
    for (const batch of batches) {
      await record(batch, { event: 'RELEASED', lists: [await handOver(batch, [`${batch}-row`])] });
    }
    const find = storage.batches.find.bind(storage.batches);
    const turns = new Set<string>();
    let waited = 0;
    storage.batches.find = (batch) => {
      if (turns.has(batch.reference) && !turns.has('turn-4')) waited += 1;
      turns.add(batch.reference);
      return find(batch);
    };
    try {
      const [first, second, third, fourth] = batches.map((batch) => advanced(batch));
      // As their workflows do, the three ask again at once.
      const again = [first, second, third].map(async (run, index) => {
        await run;
        await advanced(batches[index] ?? '');
      });
      const { counts } = (await fourth) ?? {};
      await Promise.all(again);
      assert.equal(counts?.UNSENT, 1, 'was advanced');
    } finally {
      Object.assign(storage.batches, { find });
    }
    assert.equal(waited, 0, 'second turns before the first turn of the fourth');
  });

  it('are started past many that need another look, as fast as their jobs are created', async () => {
    const { storage, claim, handOver, record, advanced } = stage;
    const another = createJsonEncryption(parseKeys(formatKeys([generateKey('not-here')])));
    const rows = ['slow', 'p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6'];
    await claim('slow', 'pace', undefined, { as: another });
    const lists = [await handOver('pace', rows)];
    await record('pace', { event: 'RELEASED', lists });
    const { ledger } = storage;
    const [find, now] = [ledger.find.bind(ledger), Date.now];
    const looks = new Map<string, number>();
    // The looks at the earlier rows take 5 s, and each job is created at the second look. Nothing else takes time.
    ledger.find = async (key) => {
      if (key.reference === 'slow') {
        const after = now() + 5_000;
        Date.now = () => after;
      }
      const look = (looks.get(key.reference) ?? 0) + 1;
      looks.set(key.reference, look);
      const entry = await find(key);
      if (entry === undefined || key.reference === 'slow' || look !== 2) return entry;
      return ledger.advance(entry, {
        created: { signatureJobId: key.reference, createdAt: new Date().toISOString() },
      });
    };
    try {
      const { handled, later } = await advanced('pace', { handled: 1, later: [1] });
      assert.deepEqual([handled, later], [7, [1]]);
    } finally {
      Object.assign(ledger, { find });
      Date.now = now;
    }
  });
});
