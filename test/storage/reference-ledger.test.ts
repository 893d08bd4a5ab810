import assert from 'node:assert/strict';
import { LedgerConflictError, type LedgerClaim, type LedgerEntry } from '@signering/storage';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { describeEachStorage, type TemporaryStorage } from './temporary-storage.js';

const CLAIM: LedgerClaim = {
  organizationNumber: '910000007',
  reference: 'lease/2026 #1',
  flow: 'PORTAL',
  pollingQueue: 'signering-workflows',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
};
const CREATED = { signatureJobId: '42', createdAt: '2026-03-01T10:00:00.000Z' };

describeEachStorage('reference ledger', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const ORGANIZATION = `ledger/${CLAIM.organizationNumber}`;
  const namesOfEntries = async () =>
    (await temporary.raw.list(`${ORGANIZATION}/references`)).map((path) => path.split('/')[0]!);
  const fileOf = async (revision: number) =>
    `${ORGANIZATION}/references/${(await namesOfEntries())[0]}/${revision}.json`;

  it('binds a reference to its content, and returns the same entry for the same content', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.claim(CLAIM);
    assert.deepEqual(
      { ...entry, claimedAt: '' },
      { version: 1, revision: 1, ...CLAIM, claimedAt: '', attempts: [] },
    );
    assert.deepEqual(await ledger.claim(CLAIM), entry);
    await assert.rejects(ledger.claim({ ...CLAIM, contentDigest: 'b'.repeat(64) }), {
      code: 'REFERENCE_IN_USE',
      retryable: false,
      message: /lease\/2026 #1.*another reference/u,
    });
  });

  it('renews an open entry only for the batch that claimed it', async () => {
    const { ledger } = temporary.storage;
    const ofBatch = { ...CLAIM, batch: 'leases' };
    const entry = await ledger.claim(ofBatch);
    assert.deepEqual(await ledger.claim(CLAIM, { renew: true }), entry);
    assert.deepEqual(await ledger.claim({ ...CLAIM, batch: 'other' }, { renew: true }), entry);
    assert.equal((await ledger.claim(ofBatch, { renew: true })).revision, 2);
    const single = await ledger.claim({ ...CLAIM, reference: 'single' });
    assert.deepEqual(await ledger.claim({ ...ofBatch, reference: 'single' }, { renew: true }), single);
  });

  it('grants a reference to one of many concurrent claims', async () => {
    const { ledger } = temporary.storage;
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        ledger.claim({ ...CLAIM, contentDigest: String(index % 2).repeat(64) }),
      ),
    );
    const entry = await ledger.find(CLAIM);
    for (const [index, answer] of answers.entries()) {
      const won = entry?.contentDigest?.startsWith(String(index % 2));
      assert.equal(answer.status, won ? 'fulfilled' : 'rejected');
    }
  });

  it('distinguishes references by case, and senders with the same reference', async () => {
    const { ledger } = temporary.storage;
    await ledger.claim({ ...CLAIM, reference: 'Abc' });
    await ledger.claim({ ...CLAIM, reference: 'abc', contentDigest: 'b'.repeat(64) });
    await ledger.claim({ ...CLAIM, reference: 'abc', organizationNumber: '910000015' });
    assert.equal((await ledger.find({ ...CLAIM, reference: 'Abc' }))?.contentDigest, 'a'.repeat(64));
    assert.equal(await ledger.find({ ...CLAIM, reference: 'ABC' }), undefined);
    assert.equal(new Set((await namesOfEntries()).map((name) => name.toLowerCase())).size, 2);
  });

  it('keeps the words and members that a later version wrote, also when this version advances the entry', async () => {
    const { ledger } = temporary.storage;
    await ledger.claim(CLAIM);
    const file = await fileOf(1);
    const attempts = [{ attempt: 1, startedAt: '2026-03-01T10:00:00.000Z', outcome: 'POSTPONED', later: 1 }];
    const written = {
      ...(JSON.parse(await temporary.raw.read(file)) as LedgerEntry),
      flow: 'VIDEO',
      attempts,
    };
    await temporary.raw.write(file, JSON.stringify({ ...written, later: { nested: true } }));
    const entry = await ledger.find(CLAIM);
    assert.ok(entry);
    assert.deepEqual([entry.flow, entry.attempts], ['VIDEO', attempts]);
    await ledger.advance(entry, { created: CREATED });
    const advanced = await ledger.find(CLAIM);
    assert.deepEqual(advanced, { ...entry, revision: 2, created: CREATED, later: { nested: true } });
    assert.equal(await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', '42'), undefined);
  });

  it('records each step as a revision, and keeps earlier facts', async () => {
    const { ledger } = temporary.storage;
    let entry = await ledger.claim(CLAIM);
    const attempts = [{ attempt: 1, startedAt: '2026-03-01T10:00:00.000Z' }];
    entry = await ledger.advance(entry, { attempts });
    entry = await ledger.advance(entry, { created: CREATED });
    entry = await ledger.advance(entry, {
      settled: { outcome: 'SIGNED', folder: 'f', settledAt: '2026-03-02T10:00:00.000Z' },
    });
    entry = await ledger.advance(entry, { confirmedAt: '2026-03-02T10:00:01.000Z' });
    assert.equal(entry.revision, 5);
    assert.deepEqual(entry.attempts, attempts);
    assert.deepEqual(await ledger.find(CLAIM), entry);
    assert.deepEqual(await ledger.claim(CLAIM), entry);
  });

  it('reads the newest of more than nine revisions', async () => {
    const { ledger } = temporary.storage;
    let entry = await ledger.claim(CLAIM);
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      entry = await ledger.advance(entry, { attempts: [{ attempt, startedAt: entry.claimedAt }] });
    }
    assert.equal((await ledger.find(CLAIM))?.revision, 13);
  });

  it('rejects a step based on an outdated revision', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.claim(CLAIM);
    const answers = await Promise.allSettled(
      ['1', '2', '3'].map((signatureJobId) =>
        ledger.advance(entry, { created: { ...CREATED, signatureJobId } }),
      ),
    );
    const winners = answers.filter((answer) => answer.status === 'fulfilled');
    assert.equal(winners.length, 1);
    for (const answer of answers) {
      if (answer.status === 'rejected') assert.ok(answer.reason instanceof LedgerConflictError);
    }
    const won = winners[0]!.value;
    for (const id of ['1', '2', '3']) {
      const found = await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', id);
      assert.deepEqual(found, id === won.created?.signatureJobId ? won : undefined);
    }
  });

  it('finds an entry by its signature job, and no other entry', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.advance(await ledger.claim(CLAIM), { created: CREATED });
    assert.deepEqual(await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', '42'), entry);
    assert.equal(await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', '43'), undefined);
    assert.equal(await ledger.findByJobId('910000015', 'PORTAL', '42'), undefined);
  });

  it('finds no entry for a job whose writer was killed between index and entry', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.claim(CLAIM);
    const [name] = await namesOfEntries();
    await temporary.raw.writeMarker(`${ORGANIZATION}/jobs/PORTAL/42/${name}`);
    assert.equal(await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', '42'), undefined);
    const created = await ledger.advance(entry, { created: CREATED });
    assert.deepEqual(await ledger.findByJobId(CLAIM.organizationNumber, 'PORTAL', '42'), created);
  });

  it('keeps members that a later release wrote into an entry', async () => {
    const { ledger } = temporary.storage;
    const entry = await ledger.claim(CLAIM);
    const later = JSON.stringify({ ...entry, revision: 2, fromTomorrow: 'kept' });
    await temporary.raw.write(await fileOf(2), later);
    const advanced = await ledger.advance((await ledger.find(CLAIM))!, { created: CREATED });
    assert.deepEqual(await ledger.find(CLAIM), { ...advanced, fromTomorrow: 'kept' });
  });

  it('reports an unreadable entry without quoting it', async () => {
    const { ledger } = temporary.storage;
    await ledger.claim(CLAIM);
    const path = await fileOf(1);
    for (const damage of ['{', '{"version":1}', '']) {
      await temporary.raw.write(path, damage);
      await assert.rejects(ledger.find(CLAIM), { code: 'STORED_CONTENT_DAMAGED', retryable: false });
    }
    for (const version of ['2', '"1.1"']) {
      await temporary.raw.write(path, `{"version":${version}}`);
      await assert.rejects(ledger.find(CLAIM), {
        code: 'VERSION_NOT_SUPPORTED',
        retryable: false,
        message: /^Cannot read the ledger entry of reference "[^"]+": its format has/u,
      });
    }
  });
});
