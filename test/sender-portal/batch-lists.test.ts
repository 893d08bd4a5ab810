import assert from 'node:assert/strict';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { waitFor } from '../fixtures/index.js';
import {
  openPortalUnderTest,
  ORGANIZATION,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('the pages of batches in the sender portal', () => {
  let test: PortalUnderTest;
  let anne: TestBrowser;
  before(async function () {
    test = await openPortalUnderTest(this, {
      batches: {
        checkBatch: (source, options) => test.client.checkBatch(source, options),
        startBatch: (request, options) => test.client.startBatch(request, options),
        get batches() {
          return test.client.batches;
        },
      },
    });
    anne = await test.browserOf('anne@example.com');
  });
  after(() => test.close());
  const rowOf = (id: string) =>
    test.tables.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  /** Sends a table, without its wrong rows; returns the path of the batch once its page describes it. */
  const sent = async (table: string, afterCheck?: () => Promise<unknown>): Promise<string> => {
    const id = await test.batchOf(anne, table);
    const { batches, batchWork } = test.portal.parts;
    const { row } = (await batches.find(anne.session, id)) ?? assert.fail();
    await batchWork.begin(row, 600_000);
    await afterCheck?.();
    const form = { round: String(row.round), skipsWrong: 'yes' };
    assert.equal((await anne.post(`/batches/${id}/send`, form)).statusCode, 303);
    // The requests themselves wait only a short time for what they begin.
    const isDescribed = async () => {
      await anne.get(`/batches/${id}/progress`);
      return (await rowOf(id)).described !== null;
    };
    await waitFor(isDescribed, { what: 'the batch is sent and described' });
    return `/batches/${id}`;
  };

  it('are listed page by page, and the list of drafts says that it has the newest ones alone', async () => {
    const many = await test.browserOf('many@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    const { session } = many;
    const { batches, jobs } = test.portal.parts;
    const draft = await jobs.createDraft(session);
    const facts = { title: 'Lease', fileName: 'leases.csv', language: 'en' as const };
    const table = { ...facts, content: Buffer.from('reference\r\n') };
    const ids: string[] = [];
    for (let number = 0; number < 27; number += 1) {
      test.setNow(new Date(Number(test.now()) + 1000));
      ids.unshift(await batches.create(session, draft, table));
    }
    const shownOn = async (page: string): Promise<readonly string[]> => {
      const { body } = await many.get(page);
      return ids.filter((id) => body.includes(`/batches/${id}`));
    };
    assert.deepEqual(await shownOn('/batches'), ids.slice(0, 25));
    assert.match((await many.get('/batches')).body, /href="\/batches\?page=2"[^>]*>Older</u);
    assert.deepEqual(await shownOn('/batches?page=2'), ids.slice(25));
    const last = (await many.get('/batches?page=2')).body;
    assert.match(last, /href="\/batches\?page=1"[^>]*>Newer</u);
    assert.ok(!last.includes('?page=3') && !last.includes('newest 50'));
    const behind = (await many.get('/batches?page=3')).body;
    assert.match(behind, /Nothing on this page/u);
    assert.doesNotMatch(behind, /No batches/u);
    for (let number = 1; number <= 50; number += 1) await jobs.createDraft(session);
    assert.match((await many.get('/batches')).body, /Only the newest 50 are shown/u);
  });

  it('name the columns that a table lacks in the language in which it was uploaded', async () => {
    const draft = (await test.emptyDraft(anne)).replace('/drafts/', '');
    const part = (name: string, value: string) =>
      `--x\r\ncontent-disposition: form-data; name=${name}\r\n\r\n${value}\r\n`;
    const fields = part('"formToken"', anne.formToken) + part('"draft"', draft);
    const file = part('"table"; filename="leases.csv"', 'nothing;of;it\r\n1;2;3\r\n');
    const { headers } = await anne.postParts('/batches', `${fields}${file}--x--\r\n`);
    const { body } = await anne.get(headers.location ?? '');
    assert.match(body, /data-heading="Column">reference<.*The table has no column “reference”/su);
    assert.ok(!body.includes('referanse') && !body.includes('<span lang="en">'));
    // One of the two is enough.
    assert.match(body, /data-heading="Column">email, mobile<.*The table has no column “email” or “mobile”/su);
    assert.equal(body.match(/The table has no column/gu)?.length, 2);
    assert.match(
      (await anne.get(`${headers.location}/mistakes.csv`)).body,
      /\r\n;reference;The table has no/u,
    );
  });

  it('list the rows that were left out once they are sent, also one that another system claimed after the check', async () => {
    const pdf = await onePagePdf('other');
    const table = 'reference;email\r\nleft-1;a@example.com\r\n;b@example.com\r\nleft-3;c@example.com\r\n';
    const claim = () =>
      test.client.startPortalJob({
        reference: 'left-3',
        title: 'Of another system',
        documents: [{ content: pdf, name: 'a.pdf' }],
        signers: [{ emailAddress: 'c@example.com' }],
      });
    const path = await sent(table, claim);
    const { body } = await anne.get(path);
    assert.match(body, /2 rows were left out/u);
    for (const [row, text] of [
      [3, 'The cell is empty'],
      [4, 'Another job has this reference'],
    ] as const) {
      assert.match(body, new RegExp(`data-heading="Row">${row}<.*${text}`, 'su'));
    }
    const csv = (await anne.get(`${path}/mistakes.csv`)).body;
    assert.match(csv, /\r\n3;reference;.*\r\n4;reference;/su);
    assert.match(body, /These rows were not sent\. Correct them in a new table/u);
    assert.doesNotMatch((await anne.get(`${path}?page=2`)).body, /left out/u);
    const other = await test.browserOf('other@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    assert.equal((await other.get(`${path}/mistakes.csv`)).statusCode, 404);
    assert.match(body, /<dt>Rows<\/dt><dd>1<\/dd>/u);
    assert.doesNotMatch(
      (await anne.get(await sent('reference;email\r\nleft-9;a@example.com\r\n'))).body,
      /left out/u,
    );
  });

  it('keep the reason and the choice of a cancellation that was refused, and name its mistake at the top', async () => {
    const path = await sent('reference;email\r\nkept-form-1;a@example.com\r\n');
    const isChosen = /<input[^>]* id="sentToo"[^>]* checked/u;
    assert.doesNotMatch((await anne.get(path)).body, isChosen);
    for (const reason of ['', 'x'.repeat(201)]) {
      const { statusCode, body } = await anne.post(`${path}/cancel`, { reason, sentToo: 'yes' });
      assert.equal(statusCode, 422);
      assert.match(body, /role="alert".*href="#reason">Write a reason of 1–200 characters/su);
      assert.match(body, isChosen);
      assert.match(body, new RegExp(`name="reason" maxlength="200" type="text" value(="${reason}")? `, 'u'));
    }
    assert.equal((await anne.post(`${path}/cancel`, { reason: 'x'.repeat(200) })).statusCode, 303);
  });

  it('lead to the other rows also from a cancellation that was refused', async () => {
    const rows = Array.from({ length: 26 }, (_, index) => `many-${index};a@example.com\r\n`);
    const path = await sent(`reference;email\r\n${rows.join('')}`);
    for (const { statusCode, body } of [
      await anne.get(path),
      await anne.post(`${path}/cancel`, { reason: '' }),
    ]) {
      const [, href = ''] = /href="([^"]+)"[^>]*>Next rows</u.exec(body) ?? [];
      assert.equal(href, `${path}?page=2`, String(statusCode));
      assert.match((await anne.get(href)).body, /many-25/u);
    }
  });
});
