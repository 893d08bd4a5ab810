import assert from 'node:assert/strict';
import type { BatchEvent, BatchRecord } from '@signering/storage';
import { describeEachStorage, type TemporaryStorage } from './temporary-storage.js';

const BATCH = { organizationNumber: '910000007', reference: 'leases/2026 #1' };
const AT = '2026-03-01T12:00:00.000Z';

describeEachStorage('batches', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const record = (event: Omit<BatchEvent, 'at'>, reference = BATCH.reference) =>
    temporary.storage.batches.record({ ...BATCH, reference }, { ...event, at: AT });
  const markers = () => temporary.raw.list('batches/open');

  async function openBatches(): Promise<readonly BatchRecord[]> {
    const records: BatchRecord[] = [];
    for await (const listed of temporary.storage.batches.open()) {
      if (listed.record === undefined) throw listed.unreadable;
      records.push(listed.record);
    }
    return records;
  }
  const openReferences = async () => (await openBatches()).map(({ reference }) => reference).sort();

  it('are open from a release or cancellation until an end that knows of it', async () => {
    assert.deepEqual(await openReferences(), []);
    assert.equal(await record({ event: 'RELEASED', lists: [1] }), 1);
    await record({ event: 'RELEASED', lists: [1] }, 'other');
    assert.deepEqual(await openReferences(), [BATCH.reference, 'other']);
    await record({ event: 'PAUSED' });
    assert.equal((await openBatches()).find(({ reference }) => reference !== 'other')?.newest, 2);
    await record({ event: 'ENDED', seen: 2 });
    assert.deepEqual(await openReferences(), ['other']);
    assert.equal((await markers()).length, 1, 'an ended batch costs a walk nothing');
    await record({ event: 'CANCELLED' });
    // An end that another worker saw before the cancellation.
    await record({ event: 'ENDED', seen: 3 });
    assert.deepEqual(await openReferences(), [BATCH.reference, 'other']);
    await record({ event: 'ENDED', seen: 5 });
    assert.deepEqual(await openReferences(), ['other']);
    assert.equal((await markers()).length, 1);
  });

  it('stay cancelled, as first ordered, through a pause and a second cancellation', async () => {
    const { batches } = temporary.storage;
    await record({ event: 'RELEASED', lists: [1] });
    await record({ event: 'PAUSED' });
    await record({ event: 'CANCELLED', lists: [1], sentToo: true, by: 'kari', reason: 'wrong' });
    await record({ event: 'PAUSED' });
    await record({ event: 'CANCELLED', lists: [1, 2], by: 'ola', reason: 'again' });
    const { cancelled, paused, newest } = (await batches.find(BATCH)) ?? {};
    assert.deepEqual([paused, newest], [undefined, 5]);
    assert.deepEqual(cancelled, { at: AT, by: 'kari', reason: 'wrong', sentToo: true, unreleased: [2] });
    await record({ event: 'RELEASED', lists: [1] });
    await record({ event: 'CANCELLED', lists: [1] });
    assert.equal(
      (await batches.find(BATCH))?.cancelled?.sentToo,
      false,
      'of the rows that were released again',
    );
  });

  it('stay ended when they are paused late', async () => {
    const { batches } = temporary.storage;
    await record({ event: 'RELEASED', lists: [1] });
    await record({ event: 'ENDED', seen: 1 });
    await record({ event: 'PAUSED' });
    const { ended, paused } = (await batches.find(BATCH)) ?? {};
    assert.deepEqual([ended !== undefined, paused], [true, undefined]);
    assert.deepEqual(await openReferences(), []);
    await record({ event: 'RELEASED', lists: [1, 2] });
    assert.equal((await batches.find(BATCH))?.paused, undefined, 'a corrected file is sent');
  });

  it('lose no marker, and leave none for good, when writers are killed', async () => {
    await record({ event: 'RELEASED', lists: [1] });
    const [marker = ''] = await markers();
    const markerOf = (number: number) => `batches/open/${marker.replace(/\d+$/u, String(number))}`;
    // Of an end: killed before it removed the marker.
    await record({ event: 'ENDED', seen: 1 });
    await temporary.raw.write(markerOf(1), '');
    assert.deepEqual(await openReferences(), []);
    assert.deepEqual(await markers(), [], 'a walk removes it');
    // Of a release: killed before it wrote the event. An end of another writer must not remove it.
    await temporary.raw.write(markerOf(4), '');
    await record({ event: 'ENDED', seen: 2 });
    assert.equal((await markers()).length, 1);
    assert.equal(await record({ event: 'RELEASED', lists: [1] }), 4);
    assert.deepEqual(await openReferences(), [BATCH.reference]);
  });

  it('lose the marker of a writer that was killed before the first event, after a day', async () => {
    await record({ event: 'RELEASED', lists: [1] });
    const [log = ''] = (await temporary.raw.list('batches')).filter((path) => path.includes('/log/'));
    await temporary.raw.remove(`batches/${log}`);
    const [marker = ''] = await markers();
    assert.deepEqual(await openReferences(), []);
    assert.equal((await markers()).length, 1, 'its event may follow');
    await temporary.raw.setModified(`batches/open/${marker}`, new Date(Date.now() - 25 * 60 * 60_000));
    assert.deepEqual(await openReferences(), []);
    assert.deepEqual(await markers(), []);
  });

  it('keep the places of their rows when a list that was written first is released last', async () => {
    const { batches } = temporary.storage;
    const slow = await batches.addRows(BATCH, [{ reference: 'slow-1', row: 2 }]);
    const fast = await batches.addRows(BATCH, [{ reference: 'fast-1', row: 2 }]);
    await record({ event: 'RELEASED', lists: [fast] });
    await record({ event: 'RELEASED', lists: [slow] });
    const { lists = [] } = (await batches.find(BATCH)) ?? {};
    const references: string[] = [];
    for await (const { reference } of batches.rows(BATCH, lists)) references.push(reference);
    assert.deepEqual(references, ['fast-1', 'slow-1']);
  });

  it('have one claim of the email about each end, until it is released', async () => {
    const { batchEmails } = temporary.storage;
    const claimed = await Promise.all(['one', 'two'].map((claim) => batchEmails.claim(BATCH, 1, claim)));
    assert.deepEqual([...claimed].sort(), [false, true]);
    const [own, other] = claimed[0] === true ? (['one', 'two'] as const) : (['two', 'one'] as const);
    assert.ok(await batchEmails.claim(BATCH, 1, own), 'a repeated write of the same claim');
    await batchEmails.release(BATCH, 1, other);
    assert.equal(await batchEmails.find(BATCH, 1), 'CLAIMED');
    assert.equal(await batchEmails.find(BATCH, 2), undefined);
    for (const _ of [1, 2]) await batchEmails.release(BATCH, 1, own);
    assert.equal(await batchEmails.find(BATCH, 1), undefined);
    assert.ok(await batchEmails.claim(BATCH, 1, other));
    for (const _ of [1, 2]) await batchEmails.recordSent(BATCH, 1);
    assert.equal(await batchEmails.find(BATCH, 1), 'SENT');
    // A batch's rows and log are found beside them.
    await record({ event: 'RELEASED', lists: [1] });
    assert.deepEqual(await openReferences(), [BATCH.reference]);
  });

  it('report an open batch whose log is damaged, and list the others', async () => {
    await record({ event: 'RELEASED', lists: [1] });
    await record({ event: 'RELEASED', lists: [1] }, 'other');
    const [log = ''] = (await temporary.raw.list('batches')).filter((path) => path.includes('/log/'));
    await temporary.raw.write(`batches/${log}`, '{');
    const listed = [];
    for await (const one of temporary.storage.batches.open()) listed.push(one);
    assert.equal(listed.length, 2);
    assert.deepEqual(
      listed.flatMap(({ unreadable }) => unreadable?.code ?? []),
      ['STORED_CONTENT_DAMAGED'],
    );
  });
});
