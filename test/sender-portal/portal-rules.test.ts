import assert from 'node:assert/strict';
import { jobRequestOf } from '@signering/sender-portal/internal/drafts/job-request.js';
import { momentOfLocalTime } from '@signering/sender-portal/internal/drafts/portal-time.js';
import { languageOf } from '@signering/sender-portal/internal/server/language.js';
import { makePdf } from '../document-package/inspection/made-pdf.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import {
  ORGANIZATION,
  OTHER_ORGANIZATION,
  usePortal,
  versionOn,
  type PortalUnderTest,
} from './portal-under-test.js';

const SCRIPT = '<script>alert(1)</script>';

describe('the pages of a draft', () => {
  let test: PortalUnderTest;
  usePortal((opened) => {
    test = opened;
  });

  it('say of each document and of all whether they are PDF/A', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.emptyDraft(browser);
    const pdfA = await makePdf({ pdfAClaim: 'pdfaid:part="2" pdfaid:conformance="B"/>' });
    assert.equal((await test.upload(browser, path, { 'a.pdf': pdfA })).statusCode, 303);
    const { body } = await browser.get(`${path}/documents`);
    assert.match(body, /PDF\/A-2B\./u);
    assert.match(body, /The signed document will be PDF\/A-3b\./u);
    await test.upload(browser, path, { 'b.pdf': await onePagePdf('b') });
    const mixed = await browser.get(`${path}/documents`);
    assert.match(mixed.body, /1 page\. Not PDF\/A\. The signed document will be PDF 1\.7\./u);
    assert.ok(!mixed.body.includes('PDF/A-3b'));
    assert.match((await browser.get(`${path}/summary`)).body, /PDF\/A-2B\./u);
  });

  it('say in the language why a file cannot be signed', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.emptyDraft(browser);
    const cut = (await onePagePdf('cut')).subarray(0, 300);
    const { body } = await test.upload(browser, path, { 'cut.pdf': cut, 'text.pdf': Buffer.from('text') });
    assert.match(body, /cut” cannot be signed\. The file is damaged or incomplete: export it again\./u);
    assert.match(body, /text” cannot be signed\. The file is not a PDF: export it as PDF\./u);
    const empty = await test.upload(browser, path, { 'empty.pdf': new Uint8Array() });
    assert.match(empty.body, /empty” cannot be signed\. The file is empty/u);
    assert.ok(!empty.body.includes('<span lang="en">'));
  });

  it('say that a document or a signer is there twice, at the second one', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.fullDraft(browser);
    await test.upload(browser, path, { 'Lease.pdf': await onePagePdf('other') });
    const [, second] = await test.portal.parts.jobs.documents.list(path.replace('/drafts/', ''));
    for (const action of ['add', 'back']) {
      await browser.post(`${path}/signers`, {
        version: await versionOn(browser, `${path}/signers`),
        'signer-1-emailAddress': 'kari@example.com',
        inOrder: 'yes',
        action,
      });
    }
    const { body } = await browser.get(`${path}/summary`);
    assert.match(
      body,
      new RegExp(`#title-${second?.id ?? ''}">Lease: Another document has the same title`, 'u'),
    );
    assert.match(body, /#signer-1-emailAddress">Signer 2: This signer is in the list already/u);
    // The second one signs after the first one.
    assert.match(body, /email, when the job is sent.*email, when it is the signer's turn/su);
  });

  it('name the file that is one too many, or makes the documents too large', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.emptyDraft(browser);
    const { documents } = test.portal.parts.jobs;
    const id = path.replace('/drafts/', '');
    const pdf = await onePagePdf('text');
    const large = Buffer.concat([pdf, Buffer.alloc(10_000_000)]);
    await documents.add(id, { name: 'a.pdf', title: 'Large' }, large);
    const { body } = await test.upload(browser, path, { 'b.pdf': large.subarray(0, 600_000) });
    assert.match(body, /“b” was not added\. The documents may have at most 10 MB together\./u);
    for (let added = 1; added < 20; added += 1) {
      await documents.add(id, { name: 'a.pdf', title: `Small ${added}` }, pdf);
    }
    const full = await test.upload(browser, path, { 'c.pdf': pdf });
    assert.match(full.body, /“c” was not added\. A job can have at most 20 documents\./u);
  });

  it('say on the summary how signers are identified, with their numbers and roles', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.fullDraft(browser);
    const shows = async (pattern: RegExp) =>
      assert.match((await browser.get(`${path}/summary`)).body, pattern);
    await shows(/How are the signers identified\?.*Without identity number\. They get a link/su);
    await test.upload(browser, path, {}, { availableDays: '14', identifiedBy: 'NUMBER_WITH_BIRTH_DATE' });
    await browser.post(`${path}/signers`, {
      version: await versionOn(browser, `${path}/signers`),
      'signer-0-number': '01017012345',
      'signer-0-emailAddress': 'kari@example.com',
      'signer-0-onBehalfOf': 'OTHER',
      action: 'next',
    });
    await shows(/By identity number\. Date of birth and name are shown/u);
    await shows(/Signer 1: 01017012345, kari@example\.com.*Signs on behalf of another person/su);
  });

  it('say on the summary whether the person who made the job gets emails', async () => {
    const browser = await test.browserOf('anne@example.com');
    const summary = `${await test.fullDraft(browser)}/summary`;
    assert.match((await browser.get(summary)).body, /gets an email when a signer signs/u);
    const now = test.now();
    test.client.sendsEmails = () => Promise.resolve(false);
    test.setNow(new Date(Number(now) + 2 * 60_000));
    assert.match((await browser.get(summary)).body, /The person who made the job gets no emails about it/u);
    test.setNow(now);
  });

  it('give the job its title, notification text, message, reference, deadline and time to send', async () => {
    const browser = await test.browserOf('anne@example.com');
    const sendAt = `${new Date(Date.now() + 48 * 3600_000).toISOString().slice(0, 10)}T09:00`;
    const path = await test.fullDraft(browser, 'Lease', {
      notificationText: 'Contract to sign',
      message: 'Please\r\nsign.',
      ownReference: 'case 17',
      sendAt,
    });
    const version = await versionOn(browser, `${path}/documents`);
    await test.upload(
      browser,
      path,
      {},
      { version, availableDays: '14', identifiedBy: 'CONTACT_INFORMATION' },
    );
    const { body } = await browser.get(`${path}/summary`);
    for (const text of ['Contract to sign', 'Please\nsign.', 'case 17', '14 days', '09:00']) {
      assert.ok(body.includes(text), text);
    }
    const draft = await test.portal.parts.jobs.find(browser.session, path.replace('/drafts/', ''));
    assert.ok(draft !== undefined);
    const { documents: _documents, ...request } = jobRequestOf('case 17', draft.content, []);
    assert.deepEqual(request, {
      reference: 'case 17',
      title: 'Lease',
      nonsensitiveTitle: 'Contract to sign',
      description: 'Please\nsign.',
      signers: [{ emailAddress: 'kari@example.com' }],
      availableSeconds: 14 * 24 * 3600,
      activationTime: momentOfLocalTime(sendAt)?.toISOString(),
      identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
    });
    const sent = await browser.post(`${path}/send`, { version: await versionOn(browser, `${path}/summary`) });
    assert.equal(sent.statusCode, 303);
    const job = await browser.get(path.replace('/drafts/', '/jobs/'));
    for (const text of ['Lease', 'Contract to sign', 'case 17']) assert.ok(job.body.includes(text), text);
  });

  it('name the organisation by the settings, with its number', async () => {
    const browser = await test.browserOf('anne@example.com');
    assert.match(
      (await browser.get('/waiting')).body,
      new RegExp(`Storvik kommune \\(${ORGANIZATION}\\)`, 'u'),
    );
    const other = await test.browserOf('eve@example.com', OTHER_ORGANIZATION);
    assert.match(
      (await other.get('/waiting')).body,
      new RegExp(`Organisation number ${OTHER_ORGANIZATION}`, 'u'),
    );
  });

  for (const [asked, language] of [
    ['nn-NO, nb;q=0.9, en;q=0.8', 'nn'],
    ['da, no;q=0.5, en;q=0.4', 'nb'],
    ['fr, en-GB;q=0.2', 'en'],
    ['en;q=0, fr', 'nb'],
    ['', 'nb'],
  ] as const) {
    it(`are in ${language} where the browser asks for "${asked}"`, () => {
      assert.equal(languageOf(undefined, asked), language);
    });
  }
});

describe('the sender portal refuses', () => {
  let test: PortalUnderTest;
  usePortal((opened) => {
    test = opened;
  });

  it('a person without a session, and leads back to the page after the log-in', async () => {
    const answer = await test.portal.server.inject({ url: '/people' });
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/login?back=%2Fpeople']);
  });

  it('the job of another organisation, and of a colleague to a document processor', async () => {
    const path = await test.fullDraft(await test.browserOf('anne@example.com'));
    const foreign = await test.browserOf('eve@example.com', OTHER_ORGANIZATION);
    const colleague = await test.browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    const manager = await test.browserOf('mona@example.com');
    const statusFor = async (browser: typeof foreign) => (await browser.get(`${path}/summary`)).statusCode;
    assert.deepEqual(
      [await statusFor(foreign), await statusFor(colleague), await statusFor(manager)],
      [404, 404, 200],
    );
    assert.equal((await foreign.post(`${path}/send`)).statusCode, 404);
    assert.equal((await colleague.get('/people')).statusCode, 403);
  });

  it('an address that cannot be read, with a page in the language and the headers of every page', async () => {
    const browser = await test.browserOf('anne@example.com');
    const { headers } = await browser.get('/accessibility');
    const { date: _, 'content-length': _length, ...common } = headers;
    for (const [url, status, text] of [
      ['/jobs/%E0%A4%A', 400, 'begin again from the front page.</p><a class="ds-link" href="/">'],
      ['/waiting/%', 400, 'begin again from the front page.</p><a class="ds-link" href="/">'],
      [`/jobs/${'a'.repeat(101)}`, 404, 'The page does not exist'],
    ] as const) {
      const answer = await browser.get(url);
      assert.equal(answer.statusCode, status, url);
      assert.ok(answer.body.includes(text), url);
      assert.ok(answer.body.includes('href="/language/nn?back=%2F"'), url);
      for (const [name, value] of Object.entries(common)) assert.equal(answer.headers[name], value, name);
    }
  });

  it('a form without its token, with the token of another session, and from another site', async () => {
    const browser = await test.browserOf('anne@example.com');
    const other = await test.browserOf('anne@example.com');
    const statuses = [
      await browser.post('/drafts', { formToken: '' }),
      await browser.post('/drafts', { formToken: other.formToken }),
      await browser.post('/drafts', {}, { origin: 'https://evil.example' }),
      await browser.post('/drafts', {}, { 'sec-fetch-site': 'cross-site' }),
    ].map(({ statusCode }) => statusCode);
    assert.deepEqual(statuses, [403, 403, 403, 403]);
  });

  it('a session after its log-out, after an hour without a request, and a role that has ended', async () => {
    const browser = await test.browserOf('anne@example.com');
    assert.equal((await browser.get('/waiting')).statusCode, 200);
    await browser.post('/logout');
    assert.equal((await browser.get('/waiting')).statusCode, 303);
    const idle = await test.browserOf('anne@example.com');
    const soon = new Date(Number(test.now()) + 60_000);
    const ending = await test.browserOf('until@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR', soon);
    const before = test.now();
    test.setNow(new Date(Number(before) + 2 * 60_000));
    assert.equal((await ending.get('/waiting')).statusCode, 303);
    test.setNow(new Date(Number(before) + 61 * 60_000));
    assert.equal((await idle.get('/waiting')).statusCode, 303);
    test.setNow(before);
  });

  it('a session of more than twelve hours, however often it is used', async () => {
    const browser = await test.browserOf('anne@example.com');
    const before = test.now();
    const at = (minutes: number) => test.setNow(new Date(Number(before) + minutes * 60_000));
    for (let minutes = 50; minutes < 12 * 60; minutes += 50) {
      at(minutes);
      assert.equal((await browser.get('/waiting')).statusCode, 200, `after ${minutes} minutes`);
    }
    at(12 * 60 + 1);
    assert.equal((await browser.get('/waiting')).statusCode, 303);
    test.setNow(before);
  });

  it('scripts in texts, frames around its pages, and addresses of other sites to go on to', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.fullDraft(browser, SCRIPT);
    const { body, headers } = await browser.get(`${path}/summary`);
    assert.ok(body.includes('&lt;script>') && !body.includes(SCRIPT));
    assert.match(String(headers['content-security-policy']), /script-src 'self'.*frame-ancestors 'none'/u);
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a//b']) {
      const answer = await browser.get(`/language/en?back=${encodeURIComponent(back)}`);
      assert.equal(answer.headers.location, '/', back);
    }
  });

  it('an upload of 200 MB before it is read', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.fullDraft(browser);
    const answer = await browser.post(
      `${path}/documents`,
      {},
      {
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': String(200 * 1024 * 1024),
      },
    );
    assert.equal(answer.statusCode, 413);
  });

  it('a second job for a second press of Send, at the same time or later', async () => {
    const browser = await test.browserOf('anne@example.com');
    const path = await test.fullDraft(browser);
    const version = await versionOn(browser, `${path}/summary`);
    const send = () => browser.post(`${path}/send`, { version });
    const answers = await Promise.all([send(), send()]);
    const later = await send();
    const job = path.replace('/drafts/', '/jobs/');
    assert.deepEqual(new Set([...answers, later].map(({ headers }) => headers.location)), new Set([job]));
    const { jobs } = test.portal.parts;
    const { jobs: waiting } = await jobs.overview(browser.session, 'WAITING', 1);
    assert.equal(waiting.length, 1);
    // The back button finds the job sent.
    assert.equal((await browser.post(`${path}/information`, { title: 'Other' })).statusCode, 409);
  });
});
