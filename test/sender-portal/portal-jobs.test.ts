import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { SigningError } from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';
import { unzip } from '../document-package/zip-files.js';
import { usePortal, versionOn, type PortalUnderTest, type TestBrowser } from './portal-under-test.js';

describe('jobs in the sender portal', () => {
  let test: PortalUnderTest;
  let browser: TestBrowser;
  usePortal((...opened) => {
    [test, browser] = opened;
  });

  const minutesLater = (minutes: number): Date => new Date(Number(test.now()) + minutes * 60_000);

  it('are sent again once, and only after an outcome other than SIGNED', async () => {
    const { path, row } = await test.sentJob(browser);
    const open = (await browser.get(path)).body;
    assert.match(open, />Documents to sign<.*Not PDF\/A\. The signed document will be PDF 1\.7\./su);
    // A column that no row fills.
    assert.ok(!open.includes('Mobile number') && open.includes('data-heading="Email address"'));
    await test.portal.parts.jobs.work.saveState(row.id, {
      state: 'REJECTED',
      overview: 'STOPPED',
      signers: [],
      waitingFor: [],
      endedAt: test.now(),
    });
    assert.equal((await browser.post(`${path}/again`)).statusCode, 409);
    test.client.reject(row.reference);
    const [first, second] = await Promise.all([browser.post(`${path}/again`), browser.post(`${path}/again`)]);
    const id = /\/(?:drafts|jobs)\/([\w-]+)/u.exec(first.headers.location ?? '')?.[1] ?? assert.fail();
    assert.ok(second.headers.location?.includes(id));
    assert.deepEqual(await test.actionsOf(id), ['JOB_SENT_AGAIN']);
    assert.match((await browser.get('/stopped')).body, /Signer 1: Has rejected/u);
    const ended = (await browser.get(path)).body;
    // What replaces it is not sent yet.
    assert.ok(ended.includes('Draft to send it again') && !ended.includes('Sent again as'));
    await test.tables.updateTable('jobs').set({ stage: 'SENT' }).where('id', '=', id).execute();
    const replaced = (await browser.get(path)).body;
    assert.ok(replaced.includes('Sent again as') && !replaced.includes('Draft to send it again'));
    const lines = test.tables.updateTable('audit').where('action', '=', 'JOB_SENT_AGAIN');
    const { detail } = await lines
      .set({ at: test.now() })
      .where('job_id', '=', id)
      .returning('detail')
      .executeTakeFirstOrThrow();
    assert.equal(detail, row.reference);
    // As people choose them: neither a day nor an id.
    for (const reference of ['2026-11-28Offer', '2026-11-28T10:00', id, 'ACCOUNT_MANAGER', 'constructor']) {
      await lines.set({ detail: reference }).where('job_id', '=', id).execute();
      const audit = await browser.get('/audit');
      assert.ok(audit.statusCode === 200 && audit.body.includes(`>${reference}<`), reference);
    }
    assert.match(ended, /id="documents">Documents<.*Not PDF\/A\.</su);
    assert.ok(!ended.includes('will be PDF 1.7'));
  });

  it("of a document processor that an account manager sends again say so, and stay on the processor's pages", async () => {
    const bjorn = await test.browserOf('bjorn@example.com', undefined, 'DOCUMENT_PROCESSOR');
    const { path, row } = await test.sentJob(bjorn);
    test.client.reject(row.reference);
    assert.match((await bjorn.get(path)).body, /action="[^"]+\/again"/u);
    const { location = '' } = (await browser.post(`${path}/again`)).headers;
    const { body } = await bjorn.get(path);
    assert.ok(body.includes('An account manager has sent this job again, or has a draft to do so.'));
    assert.ok(!body.includes('/again"') && !body.includes(location));
    assert.equal((await bjorn.post(`${path}/again`)).headers.location, path);
    assert.ok((await browser.get(path)).body.includes(location));
    await browser.post(location.replace('/documents', '/delete'));
    assert.match((await bjorn.get(path)).body, /action="[^"]+\/again"/u);
  });

  it('whose process failed are not sent again, are still followed, and need an operator', async () => {
    const { path, row } = await test.sentJob(browser);
    test.client.failProcess(row.reference, 'SIGNING_ABORTED');
    const { body } = await browser.get(path);
    assert.match(body, /SIGNING_ABORTED\).*An operator must act/u);
    assert.ok(!body.includes('Send again'));
    assert.equal((await browser.post(`${path}/again`)).statusCode, 409);
    const due = await test.portal.parts.jobs.work.jobsToCheck({
      open: minutesLater(60),
      endedWithOldState: test.now(),
      ended: test.now(),
    });
    assert.ok(due.some(({ id }) => id === row.id));
  });

  it('that have stopped say what happened, and why', async () => {
    for (const [stop, state, why] of [
      [(job: string) => test.client.reject(job), 'Rejected', 'Signer 1: Has rejected'],
      [(job: string) => test.client.expire(job), 'Expired', 'Signer 1: Time ran out'],
      [(job: string) => test.client.block(job), 'Failed', 'Signer 1: Blocked after too many wrong codes'],
      [(job: string) => test.client.cancelJob(job, { reason: 'x' }), 'Cancelled', ''],
    ] as const) {
      const { path, row } = await test.sentJob(browser);
      await stop(row.reference);
      await browser.get(path);
      const lines = (await browser.get('/stopped')).body.split('<tr');
      const line = lines.find((text) => text.includes(row.reference)) ?? '';
      const cells = [...line.matchAll(/<td[^>]*>(.*?)<\/td>/gsu)].map(([, cell = '']) =>
        cell.replace(/<[^>]+>/gu, ''),
      );
      assert.deepEqual(cells.slice(3, 5), [state, why]);
    }
  });

  it('are said to be cancelled only if they were', async () => {
    const { path, row } = await test.sentJob(browser);
    test.client.sign(row.reference);
    const late = await browser.post(`${path}/cancel`, { reason: 'too late' });
    assert.equal(late.statusCode, 422);
    assert.match(late.body, /already ended, so it was not cancelled/u);
    assert.ok(!(await browser.get(`${path}?cancelled=yes`)).body.includes('The job was cancelled.'));
    assert.ok(!(await test.actionsOf(row.id)).includes('JOB_CANCELLED'));
    const open = await test.sentJob(browser);
    assert.equal((await browser.post(`${open.path}/cancel`, { reason: 'wrong' })).statusCode, 303);
    assert.match((await browser.get(open.path)).body, /The job was cancelled\./u);
    assert.ok((await test.actionsOf(open.row.id)).includes('JOB_CANCELLED'));
  });

  it('are found by their reference and by the time at which they were sent', async () => {
    const { path, row } = await test.sentJob(browser);
    const day = (offset: number): string =>
      minutesLater(offset * 24 * 60)
        .toISOString()
        .slice(0, 10);
    const find = async (fields: Record<string, string>): Promise<boolean> =>
      (await browser.post('/search', { kind: 'REFERENCE', text: row.reference, ...fields })).body.includes(
        path,
      );
    assert.ok(await find({}));
    assert.ok(await find({ text: '', from: day(-1), until: day(1) }));
    assert.ok(!(await find({ from: day(2) })));
    assert.ok(!(await find({ until: day(-2) })));
    assert.ok(!(await find({ text: `${row.reference}0` })));
  });

  it('are found by the identity number and the addresses of their signers, however they are written', async () => {
    const path = await test.fullDraft(browser);
    await test.upload(browser, path, {}, { identifiedBy: 'NUMBER' });
    await browser.post(`${path}/signers`, {
      version: await versionOn(browser, `${path}/signers`),
      'signer-0-number': '308591 00003',
      'signer-0-emailAddress': 'Found@Example.com',
      'signer-0-mobileNumber': '987 65 432',
    });
    const version = await versionOn(browser, `${path}/summary`);
    const { headers, body } = await browser.post(`${path}/send`, { version });
    const job = headers.location ?? assert.fail(body);
    for (const [kind, text, isFound] of [
      ['NUMBER', '308591-00003', true],
      ['NUMBER', '30859100002', false],
      ['EMAIL', 'found@example.com', true],
      ['EMAIL', 'ound@example.com', false],
      ['MOBILE', '+47 987-65-432', true],
      ['MOBILE', '98765433', false],
    ] as const) {
      const found = await browser.post('/search', { kind, text });
      assert.equal(found.body.includes(job), isFound, `${kind} ${text}`);
    }
    const searched = await test.tables
      .selectFrom('audit')
      .select('detail')
      .where('action', '=', 'SEARCHED')
      .execute();
    assert.ok(searched.length >= 6);
    for (const { detail } of searched) assert.match(detail ?? '', /^(?:REFERENCE|NUMBER|EMAIL|MOBILE)$/u);
  });

  it('are said to be more than a list shows', async () => {
    const { path, row } = await test.sentJob(browser);
    const { updated_at: _updatedAt, ...copied } = row;
    const rows = Array.from({ length: 51 }, (_row, index) => {
      return { ...copied, id: randomUUID(), reference: `many-${index}`, sent_at: minutesLater(index + 1) };
    });
    await test.tables.insertInto('jobs').values(rows).execute();
    const { body } = await browser.post('/search', { kind: 'REFERENCE', text: '' });
    assert.match(body, /Found more than 50 jobs\..*Only the newest 50 are shown\./su);
    assert.ok(!body.includes(path));
    const ids = rows.map(({ id }) => id);
    await test.tables.deleteFrom('jobs').where('id', 'in', ids).execute();
  });

  it('give a ZIP of their documents and a description', async () => {
    const { path, row } = await test.sentJob(browser);
    test.client.sign(row.reference);
    const { rawPayload } = await browser.get(`${path}/all.zip`);
    const names = (await unzip(rawPayload)).map(({ name }) => name);
    assert.deepEqual([...names].sort(), ['receipt.json', 'signed.pdf', 'xades-1.xml']);
    assert.equal(names.at(-1), 'receipt.json');
    const xades = await browser.get(`${path}/files/xades-1.xml`);
    assert.deepEqual([xades.statusCode, xades.headers['content-type']], [200, 'application/xml']);
    assert.equal((await browser.get(`${path}/files/signed.pdf`)).statusCode, 200);
    const lines = await test.tables
      .selectFrom('audit')
      .select('detail')
      .where('job_id', '=', row.id)
      .where('action', '=', 'DOCUMENT_DOWNLOADED')
      .orderBy('id')
      .execute();
    assert.deepEqual(
      lines.map(({ detail }) => detail),
      ['all.zip', 'xades-1.xml', 'signed.pdf'],
    );
    assert.match(
      (await browser.get(path)).body,
      /id="timeline".*The draft was created.*The job was sent.*The job ended: Signed/su,
    );
  });

  it('whose files cannot be read are said to fail, with the code in the log, and not to be absent', async () => {
    const { path, row } = await test.sentJob(browser);
    assert.equal((await browser.get(`${path}/files/signed.pdf`)).statusCode, 404);
    test.client.sign(row.reference);
    const failWith = (code: 'STORAGE_UNAVAILABLE' | 'STORED_CONTENT_DAMAGED' | 'DOCUMENTS_EXPIRED') => {
      test.client.signedDocumentStream = () => Promise.reject(new SigningError(code, 'Cannot read.'));
    };
    try {
      for (const [code, status] of [
        ['STORED_CONTENT_DAMAGED', 500],
        ['STORAGE_UNAVAILABLE', 503],
      ] as const) {
        for (const file of ['files/signed.pdf', 'all.zip']) {
          failWith(code);
          assert.equal((await browser.get(`${path}/${file}`)).statusCode, status, `${file} ${code}`);
          assert.match(test.reports.at(-1) ?? '', new RegExp(`failed: ${code}\\.$`, 'u'));
        }
      }
      failWith('DOCUMENTS_EXPIRED');
      assert.equal((await browser.get(`${path}/files/signed.pdf`)).statusCode, 404);
      const { rawPayload } = await browser.get(`${path}/all.zip`);
      assert.deepEqual(
        (await unzip(rawPayload)).map(({ name }) => name),
        ['receipt.json'],
      );
      // The download has begun when the second document fails.
      const { client } = test;
      client.signedDocumentStream = async (reference, selection) => {
        if (selection?.name === 'signed.pdf') {
          return await InMemorySigningClient.prototype.signedDocumentStream.call(
            client,
            reference,
            selection,
          );
        }
        throw new SigningError('STORED_CONTENT_DAMAGED', 'Cannot read.');
      };
      await assert.rejects(browser.get(`${path}/all.zip`));
      assert.match(test.reports.at(-1) ?? '', /all\.zip was cut off: STORED_CONTENT_DAMAGED\.$/u);
    } finally {
      Reflect.deleteProperty(test.client, 'signedDocumentStream');
    }
  });

  it('that were erased at the client are cleared', async () => {
    const { path, row } = await test.sentJob(browser, { ownReference: 'erased' });
    const erased = new SigningError('JOB_ERASED', 'The job was erased.');
    test.client.reject(row.reference);
    await browser.get(path);
    // A day later the background asks for the ended job again.
    const before = test.now();
    await test.tables.updateTable('jobs').set({ checked_at: before }).execute();
    await test.tables
      .updateTable('jobs')
      .set({ checked_at: new Date(0) })
      .where('id', '=', row.id)
      .execute();
    test.client.failNextCall(erased);
    await test.portal.states.round();
    assert.equal((await test.rowOf(path)).checked_at?.getTime(), before.getTime());
    assert.match((await browser.get('/stopped')).body, /Erased/u);
    const { body } = await browser.get(path);
    assert.ok(!body.includes('kari@example.com'));
    const terms = test.tables.selectFrom('search_terms').selectAll().where('job_id', '=', row.id);
    assert.deepEqual(await terms.execute(), []);
  });

  it('record which document was seen, and load none before it is opened', async () => {
    const path = await test.fullDraft(browser);
    const id = path.replace('/drafts/', '');
    const [document] = await test.portal.parts.jobs.documents.list(id);
    const address = `${path}/files/${document?.id ?? ''}`;
    const { body } = await browser.get(`${path}/documents`);
    assert.ok(body.includes(`href="${address}"`) && !body.includes(`src="${address}`));
    await browser.get(address);
    const line = await test.tables
      .selectFrom('audit')
      .select('detail')
      .where('action', '=', 'DOCUMENT_SEEN')
      .where('job_id', '=', id)
      .executeTakeFirst();
    assert.equal(line?.detail, document?.id);
    const shown = () => browser.get('/audit').then((answer) => answer.body);
    const { reference } = await test.rowOf(path);
    const job = `<a class="ds-link" href="/jobs/${id}">${reference}</a>`;
    assert.match(await shown(), new RegExp(`Saw a document</td><td[^>]*>Lease</td><td[^>]*>${job}`, 'u'));
    const shortened = document?.id.slice(0, 8) ?? '';
    await test.tables
      .updateTable('documents')
      .set({ sealed: Buffer.from('{}') })
      .where('id', '=', document?.id ?? '')
      .execute();
    assert.match(await shown(), new RegExp(`Saw a document</td><td[^>]*>${shortened}</td>`, 'u'));
  });
});
