import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { SigningClient } from '@signering/client';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { EMPTY_DRAFT, type DraftContent } from '@signering/sender-portal/internal/drafts/draft-content.js';
import { findAccessibilityProblems, openBrowser, openPage } from '../browser.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { useSigningStack } from '../end-to-end/signing-stack.js';
import { runSignering, waitFor, type TestStack } from '../fixtures/index.js';
import { assertInert, HOSTILE } from './inert-html.js';
import { openPortalUnderTest, type PortalUnderTest, type TestBrowser } from './portal-under-test.js';

/** A table as Excel writes it: BOM, semicolons, CRLF. */
function table(rows: readonly (readonly string[])[], header = ['reference', 'email', 'address']): Buffer {
  const lines = [header, ...rows].map((cells) => `${cells.join(';')}\r\n`);
  return Buffer.from(`\uFEFF${lines.join('')}`);
}

describe('batches in the sender portal, on a real stack', function () {
  let stack: TestStack;
  let client: SigningClient;
  let test: PortalUnderTest;
  let browser: Browser;
  let url: string;
  let anne: TestBrowser;
  let document: Uint8Array;
  useSigningStack((one) => {
    ({ stack, client } = one);
  });
  before(async function () {
    browser = await openBrowser(this);
    document = await onePagePdf('Lease');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const organization = stack.env['SIGNERING_ORGANIZATION'] ?? '';
    test = await openPortalUnderTest(this, { sending: client, url, organization });
    await test.portal.server.listen({ host: '127.0.0.1', port });
    anne = await test.browserOf('anne@example.com');
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (test as PortalUnderTest | undefined)?.close();
  });

  /** A draft whose signer is another one in each row; returns its id. */
  async function draftOf(person: TestBrowser, more: Partial<DraftContent> = {}): Promise<string> {
    const { jobs } = test.portal.parts;
    const id = await jobs.createDraft(person.session);
    await jobs.documents.add(id, { name: 'lease.pdf', title: 'Lease' }, document);
    const draft = await jobs.find(person.session, id);
    const content = { ...EMPTY_DRAFT, title: 'Lease of {{address}}', ...more };
    assert.ok(await jobs.saveContent(id, draft?.row.version ?? 0, content));
    return id;
  }

  function form(person: TestBrowser, fields: Readonly<Record<string, string>>, content?: Buffer): Buffer {
    const parts = Object.entries({ formToken: person.formToken, ...fields }).map(([name, value]) =>
      Buffer.from(`--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
    const file =
      content === undefined
        ? []
        : [
            Buffer.from('--x\r\ncontent-disposition: form-data; name="table"; filename="leases.csv"\r\n\r\n'),
            content,
            Buffer.from('\r\n'),
          ];
    return Buffer.concat([...parts, ...file, Buffer.from('--x--\r\n')]);
  }

  /** Uploads a table for a draft, and waits for its check; returns the path of the batch. */
  async function checked(person: TestBrowser, draft: string, content: Buffer): Promise<string> {
    const { headers, body } = await person.postParts('/batches', form(person, { draft }, content));
    const path = headers.location ?? assert.fail(body);
    await isAt(path, 'CHECKED');
    return path;
  }

  const rowOf = (path: string) =>
    test.tables
      .selectFrom('batches')
      .selectAll()
      .where('id', '=', path.split('/')[2] ?? '')
      .executeTakeFirstOrThrow();
  const isAt = (path: string, stage: string) =>
    waitFor(async () => (await rowOf(path)).stage === stage, { what: `${path} is ${stage}` });
  const roundOn = async (person: TestBrowser, path: string): Promise<string> =>
    /name="round" value="(\d+)"/u.exec((await person.get(path)).body)?.[1] ?? '';
  const referencesAtService = async (prefix: string): Promise<readonly string[]> =>
    (await stack.admin.jobs())
      .map((job) => String(job['reference']))
      .filter((reference) => reference.startsWith(prefix))
      .sort();
  const areAtService = (references: readonly string[], prefix: string) =>
    waitFor(async () => (await referencesAtService(prefix)).length >= references.length, {
      what: `${references.join(', ')} are at the service`,
    });

  it('are checked row by row, sent once, followed and reported in a browser', async () => {
    await draftOf(anne, { title: 'Lease of {{address}}' });
    const page: Page = await openPage(browser, { locale: 'en-GB', acceptDownloads: true });
    const [name = '', value = ''] = anne.headers.cookie.split('=');
    await page.context().addCookies([{ name, value, url }]);
    const finds = async (where: string): Promise<void> =>
      assert.deepEqual(await findAccessibilityProblems(page), [], where);
    const upload = async (content: Buffer): Promise<void> => {
      await page
        .locator('#table')
        .setInputFiles({ name: 'leases.csv', mimeType: 'text/csv', buffer: content });
      await page.getByRole('button', { name: 'Check the table' }).press('Enter');
    };
    await page.goto(`${url}/waiting`);
    await page.getByRole('link', { name: 'Batches' }).click();
    await finds('batches');
    await page.getByRole('link', { name: 'Lease of {{address}}' }).click();
    await page.getByText('reference, email, mobile, address').waitFor();
    await finds('new batch');
    const example = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download a table to fill in (CSV)' }).click();
    assert.equal((await example).suggestedFilename(), 'example.csv');
    await page.getByRole('button', { name: 'Check the table' }).click();
    await page.getByRole('link', { name: 'Choose a CSV file.' }).waitFor();
    await finds('new batch without a table');

    const wrong = [
      ['web-1', 'no address', 'Road 1'],
      ['web-2', 'b@example.com', 'Road 2'],
      ['web-2', 'c@example.com', ''],
    ];
    await upload(table(wrong));
    await page.getByText('1 row without mistakes, 2 rows with mistakes.').waitFor();
    await page.getByRole('row', { name: /^2 email Write a valid email address/u }).waitFor();
    await page.getByRole('row', { name: /^4 reference The reference stands in several rows/u }).waitFor();
    await finds('mistakes');
    assert.deepEqual(await referencesAtService('web-'), []);
    const right = [
      ['web-1', 'a@example.com', 'Road 1'],
      ['web-2', 'b@example.com', 'Road 2'],
    ];
    await upload(table(right));
    await page.getByText('2 rows without mistakes.').waitFor();
    await finds('checked');
    await page.getByRole('button', { name: 'Send 2 jobs' }).dblclick();
    await page.getByRole('heading', { name: /^(?:Being sent|Waiting for signers)/u }).waitFor();
    await areAtService(['web-1', 'web-2'], 'web-');
    await finds('progress');
    for (const job of await stack.admin.jobs()) {
      const reference = String(job['reference']);
      if (reference.startsWith('web-'))
        await stack.admin.act(job.signatureJobId, 1, reference === 'web-1' ? 'sign' : 'reject');
    }
    // The page looks again by itself.
    await page.getByRole('heading', { name: 'Completed' }).waitFor();
    await page.reload();
    await finds('completed');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Signed PDF of web-1' }).click();
    assert.equal((await downloading).suggestedFilename(), 'web-1-signed.pdf');
    const path = new URL(page.url()).pathname;
    const { body, headers } = await anne.get(`${path}/results.csv`);
    assert.match(String(headers['content-disposition']), /^attachment; filename="B-[0-9a-f]{12}\.csv"$/u);
    assert.match(
      body,
      /^\uFEFFrow;reference;state;signatureJobId;endedAt;archiveFolder\r\n2;web-1;SIGNED;\d+;/u,
    );
    assert.match(body, /\r\n3;web-2;REJECTED;\d+;/u);
    assert.deepEqual(await referencesAtService('web-'), ['web-1', 'web-2']);
    await page.context().close();
  });

  it('are one batch for a double click, two tabs, a replayed form and a process that ended on the way', async () => {
    const draft = await draftOf(anne);
    const path = await checked(anne, draft, table([['once-1', 'a@example.com', 'Road 1']]));
    const round = await roundOn(anne, path);
    const { content, found } = await rowOf(path);
    for (const bytes of [content, found]) {
      assert.ok(bytes !== null && !Buffer.from(bytes).includes('example.com'), 'encrypted');
    }
    // The process ends after it has begun.
    const { batches } = test.portal.parts;
    const batch = await batches.find(anne.session, path.split('/')[2] ?? '');
    assert.ok(batch !== undefined);
    const { personId } = anne.session;
    const about = { personId, language: 'en' as const, round: Number(round), skipsWrong: false };
    assert.equal(await batches.beginSending(batch, about), 'SENDING');
    const send = () => anne.post(`${path}/send`, { round });
    const answers = await Promise.all([send(), send(), test.portal.parts.batchWork.round()]);
    assert.deepEqual([answers[0].statusCode, answers[1].statusCode], [303, 303]);
    await isAt(path, 'SENT');
    assert.equal((await send()).statusCode, 303);
    await areAtService(['once-1'], 'once-');
    assert.deepEqual(await referencesAtService('once-'), ['once-1']);
    const lines = await test.tables
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'BATCH_SENT')
      .execute();
    const { reference, content: kept } = await rowOf(path);
    assert.equal(lines.filter(({ detail }) => detail === reference).length, 1);
    assert.equal(kept, null);
    // The draft is no draft any more.
    assert.equal((await anne.get(`/drafts/${draft}/summary`)).statusCode, 404);
    assert.ok(!(await anne.get('/waiting')).body.includes(draft));
    assert.equal((await anne.post(`/drafts/${draft}/delete`)).statusCode, 404);
    // The same table from another draft is another batch: it would show the row as withdrawn.
    const again = await checked(anne, await draftOf(anne), table([['once-1', 'a@example.com', 'Road 1']]));
    const { body } = await anne.get(again);
    assert.match(body, /0 rows without mistakes, 1 row with mistakes/u);
    assert.match(body, /in another batch already, or was sent as a single job\. Remove it from the table\./u);
  });

  it('warn of references that may have lost leading zeros in a spreadsheet, and can be sent', async () => {
    const path = await checked(
      anne,
      await draftOf(anne),
      table([
        ['7', 'a@example.com', 'Road 7'],
        ['12', 'b@example.com', 'Road 12'],
      ]),
    );
    const { body } = await anne.get(path);
    assert.match(body, /The numbers in the column reference have different numbers of digits/u);
    assert.match(body, /name="round"/u);
  });

  it('send nothing of a draft or table that was changed since the check, and leave wrong rows out if asked', async () => {
    const draft = await draftOf(anne);
    const rows = [
      ['part-1', 'a@example.com', 'Road 1'],
      ['part-2', '=cmd', 'Road 2'],
    ];
    const path = await checked(anne, draft, table(rows));
    const round = await roundOn(anne, path);
    assert.equal((await anne.post(`${path}/send`, { round })).statusCode, 422);
    const { jobs } = test.portal.parts;
    const { row } = (await jobs.find(anne.session, draft)) ?? assert.fail();
    await jobs.saveContent(draft, row.version, { ...EMPTY_DRAFT, title: 'Other' });
    const changed = await anne.post(`${path}/send`, { round, skipsWrong: 'yes' });
    assert.match(changed.body, /has changed since the check/u);
    await anne.postParts(`${path}/table`, form(anne, {}));
    await isAt(path, 'CHECKED');
    assert.equal(
      (await anne.post(`${path}/send`, { round, skipsWrong: 'yes' })).statusCode,
      422,
      'old round',
    );
    const fresh = await roundOn(anne, path);
    assert.equal((await anne.post(`${path}/send`, { round: fresh, skipsWrong: 'yes' })).statusCode, 303);
    await isAt(path, 'SENT');
    await areAtService(['part-1'], 'part-');
    assert.deepEqual(await referencesAtService('part-'), ['part-1']);
    assert.equal((await anne.post(`${path}/cancel`, { reason: '' })).statusCode, 422);
    assert.equal((await anne.post(`${path}/pause`)).statusCode, 303);
    assert.equal((await anne.post(`${path}/resume`)).statusCode, 303);
    assert.equal((await anne.post(`${path}/cancel`, { reason: 'wrong', sentToo: 'yes' })).statusCode, 303);
    // Of a page that was open before.
    assert.equal((await anne.post(`${path}/pause`)).statusCode, 303);
    assert.equal((await anne.post(`${path}/cancel`, { reason: 'again' })).statusCode, 303);
    assert.match((await anne.get(path)).body, /Cancelled/u);
  });

  it('are seen by their maker and by account managers, and hold no formula, script or file of the server', async () => {
    const bjorn = await test.browserOf('bjorn@example.com', undefined, 'DOCUMENT_PROCESSOR');
    const other = await test.browserOf('other@example.com', undefined, 'DOCUMENT_PROCESSOR');
    const draft = await draftOf(bjorn, {
      title: `{{file}} ${HOSTILE.replaceAll(/[{}]/gu, '')}`.slice(0, 80),
    });
    const header = ['reference', 'email', 'file', '=HYPERLINK("http://evil.example")', HOSTILE];
    const quoted = header.map((cell) => `"${cell.replaceAll('"', '""')}"`);
    const path = await checked(bjorn, draft, table([['own-1', '=1+1', '/etc/passwd', 'x', 'y']], quoted));
    assert.equal((await anne.get(path)).statusCode, 200);
    assert.equal((await other.get(path)).statusCode, 404);
    assert.ok(!(await other.get('/batches')).body.includes(path));
    assert.ok((await bjorn.get('/batches')).body.includes(path));
    const { body } = await bjorn.get(path);
    assertInert(body);
    assert.ok(!body.includes('root:'));
    const formula = '=HYPERLINK(evil)';
    const calculated = await draftOf(bjorn, { title: `{{${formula}}}` });
    const empty = table([['own-2', 'a@example.com', '']], ['reference', 'email', formula]);
    const csvOf = async (batch: string) => (await bjorn.get(`${batch}/mistakes.csv`)).body;
    const csv = await csvOf(await checked(bjorn, calculated, empty));
    assert.ok(csv.includes(`;'${formula};`), csv);
    for (const cell of `${csv}\n${await csvOf(path)}`.split(/[;\r\n]+/u)) {
      assert.doesNotMatch(cell, /^"?[=+\-@]/u);
    }
    for (const content of [
      Buffer.from('{"reference":"a","email":"a@example.com"}\n'),
      Buffer.from('PK\x03\x04 no table'),
      Buffer.from([0xff, 0xfe, 0x61, 0x00]),
      Buffer.alloc(2 * 1024 * 1024, '"'),
    ]) {
      await bjorn.postParts(`${path}/table`, form(bjorn, {}, content));
      await isAt(path, 'CHECKED');
      const answer = await bjorn.get(path);
      assert.match(answer.body, /The table cannot be used/u);
    }
    const large = form(bjorn, {}, Buffer.alloc(6 * 1024 * 1024, 'a'));
    assert.equal((await bjorn.postParts(`${path}/table`, large)).statusCode, 413);
    assert.equal((await bjorn.post(`${path}/delete`)).statusCode, 303);
    assert.equal((await bjorn.get(path)).statusCode, 404);
    assert.equal((await bjorn.get(`/drafts/${draft}/documents`)).statusCode, 200);
  });

  it('and everything else in the database are counted by the check of a key rotation', async () => {
    const env = { ...stack.env, SIGNERING_PORTAL_DATABASE: test.postgresql };
    const args = ['keys', 'rotate', '--check', '--clients-done', '--json'];
    const { stdout, stderr } = await runSignering({ args, env, cwd: stack.folder });
    const { oldKeys = [] } = JSON.parse(stdout || assert.fail(stderr)) as {
      readonly oldKeys?: readonly {
        readonly id: string;
        readonly verdict: string;
        readonly portalValues: number;
      }[];
    };
    const ofPortal = oldKeys.find(({ id }) => id === 'test');
    assert.equal(ofPortal?.verdict, 'MISSING', stdout);
    assert.ok(ofPortal.portalValues > 10);
  });
});
