import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { generateKey, type EncryptionKeys } from '@signering/encryption';
import { freshFolder, waitFor } from '../fixtures/index.js';
import { openPortalUnderTest, versionOn, type PortalUnderTest } from './portal-under-test.js';

/** A line for each migration, column, index and trigger. */
const SCHEMA = sql<{ readonly line: string }>`
  select 'migration ' || name as line from kysely_migration
  union all
  select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
    coalesce(column_default, '') || ' ' || is_identity
    from information_schema.columns where table_schema = 'public'
  union all select indexdef from pg_indexes where schemaname = 'public'
  union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal`;

async function schemaOf({ tables }: PortalUnderTest): Promise<readonly string[]> {
  const { rows } = await SCHEMA.execute(tables);
  return rows.map(({ line }) => line).sort();
}

describe('the sender portal on its embedded database', () => {
  it('keeps drafts, jobs, batches, people and the audit log over a restart, as PostgreSQL does', async function () {
    const keys: EncryptionKeys = [generateKey('test')];
    const options = { folder: freshFolder('embedded-database'), keys };
    const first = await openPortalUnderTest(this, options);
    const anne = await first.browserOf('anne@example.com');
    const draft = await first.fullDraft(anne, 'Kept draft');
    const { path, row } = await first.sentJob(anne);
    const batch = await first.batchOf(anne);
    await assert.rejects(openPortalUnderTest(this, options), { code: 'INVALID_SETTINGS' });
    await first.close();

    const second = await openPortalUnderTest(this, options);
    const again = await second.browserOf('anne@example.com');
    assert.equal(again.session.personId, anne.session.personId);
    const waiting = await again.get('/waiting');
    for (const text of ['Kept draft', `${draft}/documents`, path])
      assert.ok(waiting.body.includes(text), text);
    const found = await again.post('/search', { kind: 'EMAIL', text: 'kari@example.com' });
    assert.ok(found.body.includes(path));
    assert.ok((await again.get('/batches')).body.includes(batch));
    assert.match((await again.get('/audit')).body, /Sent a job/u);
    assert.deepEqual((await second.actionsOf(row.id)).slice(-1), ['JOB_SENT']);
    const version = await versionOn(again, `${draft}/summary`);
    assert.equal((await again.post(`${draft}/send`, { version })).statusCode, 303);
    await second.close();
  });

  it('has the tables, indexes and triggers of PostgreSQL, by the same migrations', async function () {
    const postgresql = await openPortalUnderTest(this);
    const embedded = await openPortalUnderTest(this, { folder: freshFolder('embedded-database') });
    const lines = await schemaOf(embedded);
    assert.deepEqual(lines, await schemaOf(postgresql));
    const kinds = ['migration 0012', 'column batches.', 'CREATE INDEX', 'CREATE TRIGGER note_update'];
    const missing = kinds.filter((kind) => !lines.some((line) => line.startsWith(kind)));
    assert.deepEqual(missing, []);
    await Promise.all([embedded.close(), postgresql.close()]);
  });

  it('tells open pages of changes, and not of encryption under another key', async function () {
    const test = await openPortalUnderTest(this, { folder: freshFolder('embedded-database') });
    const { tables, portal } = test;
    const anne = await test.browserOf('anne@example.com');
    const { row } = await test.sentJob(anne);
    await portal.server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = portal.server.server.address() as AddressInfo;
    const ending = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/waiting/live`, {
      headers: anne.headers,
      signal: ending.signal,
    });
    let said = '';
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) said += Buffer.from(chunk).toString('utf8');
    })().catch(() => undefined);
    await waitFor(() => said.includes('event: page'), { what: 'the page is sent' });
    const updatedAt = async () => {
      const query = tables.selectFrom('jobs').select('updated_at').where('id', '=', row.id);
      return Number((await query.executeTakeFirstOrThrow()).updated_at);
    };
    const before = await updatedAt();
    for (const change of [{ sealed: Buffer.from('under another key') }, { sealed: row.sealed }]) {
      await tables.updateTable('jobs').set(change).where('id', '=', row.id).execute();
    }
    assert.equal(await updatedAt(), before);
    const deadline = new Date('2031-05-17T10:00:00.000Z');
    await tables.updateTable('jobs').set({ deadline }).where('id', '=', row.id).execute();
    assert.notEqual(await updatedAt(), before);
    await waitFor(() => said.includes('17 May 2031'), { what: 'the change is sent' });
    ending.abort();
    await reading;
    await test.close();
  });
});
