import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { generateKey, type EncryptionKeys } from '@signering/encryption';
import { countPortalKeyUses } from '@signering/sender-portal';
import { SEALED_COLUMNS } from '@signering/sender-portal/internal/database/reseal.js';
import { keepUp } from '@signering/sender-portal/internal/upkeep.js';
import { waitFor } from '../fixtures/index.js';
import { openPortalUnderTest, type PortalUnderTest } from './portal-under-test.js';

const NEVER = new AbortController().signal;

describe('the upkeep of the database of the sender portal', () => {
  const opened: PortalUnderTest[] = [];
  const [old, fresh] = [generateKey('old'), generateKey('fresh')];
  afterEach(async () => {
    for (const portal of opened.splice(0)) await portal.close();
  });

  async function open(context: Mocha.Context, keys: EncryptionKeys, postgresql?: string) {
    const portal = await openPortalUnderTest(context, {
      keys,
      ...(postgresql !== undefined && { postgresql }),
    });
    opened.push(portal);
    return portal;
  }

  async function keepUpOf({ portal, tables, now, reports }: PortalUnderTest): Promise<void> {
    const { sealing, people } = portal.parts;
    const report = (sentence: string): void => void reports.push(sentence);
    await keepUp({ tables, sealing, people, stoppedDocumentsDays: 90, now, report }, NEVER);
  }

  it('brings everything under a new key: without the old one, jobs and people are still read and found', async function () {
    const before = await open(this, [old]);
    const anne = await before.browserOf('anne@example.com');
    const user = { subject: 'https://issuer 7', emailAddress: 'anne@example.com', name: 'Anne' };
    assert.equal(await before.portal.parts.people.recognise(user), anne.session.personId);
    const { path } = await before.sentJob(anne);
    const draft = await before.fullDraft(anne, 'Second');
    const batch = await before.batchOf(anne);
    const { postgresql } = before;
    assert.deepEqual([...(await countPortalKeyUses(postgresql)).keys()], ['old']);

    const rotated = await open(this, [fresh, old], postgresql);
    const bound = await rotated.browserOf('new@example.com');
    await keepUpOf(rotated);
    assert.deepEqual([...(await countPortalKeyUses(postgresql)).keys()], ['fresh']);
    assert.match(rotated.reports.join(' '), /encrypted \d+ values of its database under key fresh/u);
    await keepUpOf(rotated);
    assert.equal(rotated.reports.length, 1, 'nothing is left to do');

    const { portal, browserOf } = await open(this, [fresh], postgresql);
    const { people, batches } = portal.parts;
    const later = await browserOf('anne@example.com');
    assert.equal(later.session.personId, anne.session.personId);
    assert.equal(await people.recognise(user), anne.session.personId);
    assert.equal(await people.findByAddress('new@example.com'), bound.session.personId);
    for (const [kind, text] of [
      ['EMAIL', 'kari@example.com'],
      ['REFERENCE', (await before.rowOf(path)).reference],
    ]) {
      const { body } = await later.post('/search', { kind: kind ?? '', text: text ?? '' });
      assert.ok(body.includes(path), kind);
    }
    assert.match((await later.get(`${draft}/summary`)).body, /Second/u);
    const found = await batches.find(later.session, batch);
    assert.equal(found?.fileName, 'leases.csv');
    const documents = await portal.parts.jobs.documents.contents(path.split('/')[2] ?? '');
    assert.equal(documents[0]?.content.subarray(0, 5).toString(), '%PDF-');
  });

  it('has what people search for as hashes that only its keys make', async function () {
    const [one, other] = [await open(this, [old]), await open(this, [fresh])];
    const hashes: (readonly string[])[] = [];
    for (const test of [one, other]) {
      await test.sentJob(await test.browserOf('anne@example.com'));
      const terms = await test.tables.selectFrom('search_terms').selectAll().execute();
      hashes.push(terms.map(({ hash }) => Buffer.from(hash).toString('hex')));
    }
    assert.ok((hashes[0]?.length ?? 0) > 0);
    assert.deepEqual(
      hashes[0]?.filter((hash) => hashes[1]?.includes(hash)),
      [],
    );
  });

  it('knows every encrypted column, and leaves a value that no key opens', async function () {
    const test = await open(this, [old]);
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and data_type = 'bytea' order by 1`.execute(test.tables);
    assert.deepEqual(
      rows.map(({ name }) => name),
      SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(),
    );
    const anne = await test.browserOf('anne@example.com');
    await test.fullDraft(anne);
    const lost = await open(this, [fresh], test.postgresql);
    await keepUpOf(lost);
    assert.match(lost.reports.join(' '), /\d values .* cannot be decrypted/u);
    assert.deepEqual([...(await countPortalKeyUses(test.postgresql)).keys()], ['old']);
  });

  it('makes hashes of people anew past one that fails, and keeps what is changed meanwhile', async function () {
    const before = await open(this, [old]);
    const [anne, bjorn] = [
      await before.browserOf('anne@example.com'),
      await before.browserOf('b@example.com'),
    ];
    const { portal, ...later } = await open(this, [fresh, old], before.postgresql);
    const { people, sealing } = portal.parts;
    const ofPerson = (id: string, profile: unknown) => sealing.sealJson(`people/${id}`, profile);
    const [first, second] = [anne.session.personId, bjorn.session.personId];
    await before.tables
      .updateTable('people')
      .set({ sealed: ofPerson(first, { of: 'a later version' }) })
      .where('id', '=', first)
      .execute();
    let working: Promise<void> | undefined;
    await before.tables.transaction().execute(async (tables) => {
      const sealed = ofPerson(second, { emailAddress: 'b@example.com', name: 'Bjørn' });
      await tables.updateTable('people').set({ sealed }).where('id', '=', second).execute();
      working = keepUpOf({ portal, ...later });
      const isWaiting = async () => {
        const { rows } = await sql`select 1 from pg_locks where not granted`.execute(later.tables);
        return rows.length > 0;
      };
      await waitFor(isWaiting, { what: 'the upkeep waits for the change' });
    });
    await working;
    assert.match(later.reports.join(' '), /The hashes of 1 people could not be made anew/u);
    assert.equal((await people.profileOf(second))?.name, 'Bjørn');
    assert.equal(await people.findByAddress('b@example.com'), second);
  });

  it('removes the documents of stopped jobs after the days of the setting, and those of no other job', async function () {
    const test = await open(this, [old]);
    const anne = await test.browserOf('anne@example.com');
    const [stopped, recent, waiting] = [
      await test.sentJob(anne),
      await test.sentJob(anne),
      await test.sentJob(anne),
    ];
    const draft = await test.fullDraft(anne);
    const daysAgo = (days: number): Date => new Date(Number(test.now()) - days * 24 * 60 * 60_000);
    for (const [{ row, path }, days] of [
      [stopped, 91],
      [recent, 89],
    ] as const) {
      test.client.reject(row.reference);
      await anne.get(path);
      const ended = test.tables.updateTable('jobs').set({ ended_at: daysAgo(days) });
      await ended.where('id', '=', row.id).execute();
    }
    await keepUpOf(test);
    const { documents } = test.portal.parts.jobs;
    const counts = [stopped.row.id, recent.row.id, waiting.row.id, draft.split('/')[2] ?? ''].map(
      async (id) => (await documents.list(id)).length,
    );
    assert.deepEqual(await Promise.all(counts), [0, 1, 1, 1]);
    const again = await anne.post(`${stopped.path}/again`);
    assert.equal(again.statusCode, 409);
    assert.match(again.body, /documents are no longer there/u);
  });
});
