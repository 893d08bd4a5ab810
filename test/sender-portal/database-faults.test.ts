import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { sql } from 'kysely';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { waitFor } from '../fixtures/index.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  usePortal,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('the database of the sender portal', () => {
  let test: PortalUnderTest;
  let browser: TestBrowser;
  usePortal((...opened) => {
    [test, browser] = opened;
  });

  it('that fails gives a page that can be read, without its message', async () => {
    await test.tables.schema.alterTable('memberships').renameTo('elsewhere').execute();
    const answer = await browser.get('/people');
    assert.equal(
      (await test.portal.server.inject({ url: '/healthz', headers: { cookie: 'signering-portal=x' } }))
        .statusCode,
      200,
    );
    await test.tables.schema.alterTable('elsewhere').renameTo('memberships').execute();
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /does not answer now/u);
    assert.ok(!answer.body.includes('memberships'));
    assert.match(test.reports.at(-1) ?? '', /^GET \/people failed: 42P01\.$/u);
  });

  it('that ends its connections within an upload is said to be unavailable, and the next request goes on', async () => {
    const path = await test.emptyDraft(browser);
    await test.tables.transaction().execute(async (tables) => {
      await sql`lock table documents in exclusive mode`.execute(tables);
      const uploading = test.upload(browser, path, { 'a.pdf': await onePagePdf('text') });
      await waitFor(
        async () => {
          const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`.execute(test.tables);
          return ended.rows.length > 0;
        },
        { what: 'the upload waits for the lock' },
      );
      const answer = await uploading;
      assert.equal(answer.statusCode, 503);
      assert.match(answer.body, /does not answer now/u);
    });
    const again = await test.upload(browser, path, { 'a.pdf': await onePagePdf('text') });
    assert.equal(again.statusCode, 303);
  });

  it('that is silent is said to be unavailable within a minute, and is used again when it answers', async function () {
    const { port } = new URL(test.postgresql);
    let isSilent = false;
    const connections: Socket[] = [];
    const proxy = createServer((socket) => {
      const onward = connect(Number(port), '127.0.0.1');
      connections.push(socket, onward);
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        from.on('data', (data) => isSilent || to.write(data));
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = new URL(test.postgresql);
    address.port = String((proxy.address() as AddressInfo).port);
    const behind = await openPortalUnderTest(this, { postgresql: address.href });
    try {
      const { get, headers } = await behind.browserOf('anne@example.com');
      isSilent = true;
      const [page, ready] = await Promise.all([
        get('/waiting'),
        behind.portal.server.inject({ url: '/readyz', headers }),
      ]);
      assert.deepEqual([page.statusCode, ready.statusCode], [503, 503]);
      assert.match(page.body, /does not answer now/u);
      isSilent = false;
      assert.equal((await get('/waiting')).statusCode, 200);
    } finally {
      await behind.close();
      for (const socket of connections) socket.destroy();
      proxy.close();
    }
  });

  it('with a job that is not encrypted still shows the others', async () => {
    const whole = await test.sentJob(browser);
    const { path, row } = await test.sentJob(browser);
    const { sealed } = row;
    const damaged = test.tables.updateTable('jobs').where('id', '=', row.id);
    await damaged.set({ sealed: Buffer.from('{}') }).execute();
    const { body } = await browser.get('/waiting');
    assert.ok(body.includes(whole.path) && body.includes(path));
    assert.match(body, /cannot be read: STORED_CONTENT_DAMAGED/u);
    await damaged.set({ sealed }).execute();
  });

  it('with a name that cannot be read does not keep the error page from being shown', async () => {
    const person = await test.browserOf('broken@example.com');
    const row = test.tables.updateTable('people').where('id', '=', person.session.personId);
    await row.set({ sealed: Buffer.from('x') }).execute();
    const answer = await person.get('/waiting');
    assert.equal(answer.statusCode, 500);
    assert.match(answer.headers['content-type'] as string, /text\/html/u);
    await test.portal.parts.people.endRole(ORGANIZATION, person.session.personId);
  });
});
