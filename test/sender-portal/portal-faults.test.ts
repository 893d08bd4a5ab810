import assert from 'node:assert/strict';
import { SigningError } from '@signering/client';
import { EMPTY_DRAFT } from '@signering/sender-portal/internal/drafts/draft-content.js';
import { jobRequestOf } from '@signering/sender-portal/internal/drafts/job-request.js';
import { momentOfLocalTime } from '@signering/sender-portal/internal/drafts/portal-time.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import {
  ORGANIZATION,
  OTHER_ORGANIZATION,
  usePortal,
  versionOn,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

describe('the sender portal, when something goes wrong', () => {
  let test: PortalUnderTest;
  let browser: TestBrowser;
  usePortal((...opened) => {
    [test, browser] = opened;
  });

  describe('sending', () => {
    it('shows no job of a reference that is only being sent', async () => {
      const other = await test.sentJob(browser, { ownReference: 'other system' });
      await test.tables
        .updateTable('jobs')
        .set({ stage: 'SENDING' })
        .where('id', '=', other.row.id)
        .execute();
      const statuses = [
        await browser.get(`${other.path}/files/signed.pdf`),
        await browser.get(`${other.path}/all.zip`),
        await browser.post(`${other.path}/cancel`, { reason: 'wrong' }),
        await browser.post(`${other.path}/again`),
      ].map(({ statusCode }) => statusCode);
      assert.deepEqual(statuses, [404, 404, 404, 404]);
      for (const step of ['documents', 'signers', 'information']) {
        const { headers } = await browser.get(`/drafts/${other.row.id}/${step}`);
        assert.equal(headers.location, `/drafts/${other.row.id}/summary`);
      }
      await test.tables.updateTable('jobs').set({ stage: 'SENT' }).where('id', '=', other.row.id).execute();
      const { headers } = await browser.get(`/drafts/${other.row.id}/signers`);
      assert.equal(headers.location, other.path);
    });

    it('goes on in the background past a draft that cannot be opened, which gets the reason', async () => {
      const drafts = [await test.fullDraft(browser), await test.fullDraft(browser)];
      const ids = drafts.map((path) => path.replace('/drafts/', ''));
      const [damaged = '', whole = ''] = ids;
      for (const id of ids) {
        await test.tables.updateTable('jobs').set({ stage: 'SENDING' }).where('id', '=', id).execute();
      }
      // Encrypted for another row.
      const { content } = await test.tables
        .selectFrom('documents')
        .select('content')
        .where('job_id', '=', whole)
        .executeTakeFirstOrThrow();
      await test.tables.updateTable('documents').set({ content }).where('job_id', '=', damaged).execute();
      await test.portal.states.round();
      assert.equal((await test.rowOf(`/jobs/${whole}`)).stage, 'SENT');
      assert.deepEqual((await test.actionsOf(whole)).slice(-1), ['JOB_SENT']);
      const refused = await test.rowOf(`/jobs/${damaged}`);
      assert.deepEqual([refused.stage, refused.refusal], ['DRAFT', 'STORED_CONTENT_DAMAGED']);
      assert.match((await browser.get('/waiting')).body, /was not sent.*STORED_CONTENT_DAMAGED/u);
      await test.tables.deleteFrom('jobs').where('id', '=', damaged).execute();
    });

    it('that the system refuses is no draft again, which could be sent a second time, and the log calls for an operator', async () => {
      const path = await test.fullDraft(browser);
      const { id } = await test.rowOf(path);
      await test.tables.updateTable('jobs').set({ stage: 'SENDING' }).where('id', '=', id).execute();
      const before = test.now();
      for (const [index, code] of (
        ['TEMPORAL_UNAVAILABLE', 'TEMPORAL_REFUSED', 'KEY_MISMATCH', 'STORED_CONTENT_DAMAGED'] as const
      ).entries()) {
        test.setNow(new Date(Number(before) + index * 60_000));
        test.client.failNextCall(new SigningError(code, 'Not now.'));
        await test.portal.states.round();
        assert.equal((await test.rowOf(path)).stage, 'SENDING', code);
        const report = `Jobs of the portal cannot be sent (${code}): an operator must act. They are tried again.`;
        assert.equal(test.reports.includes(report), code !== 'TEMPORAL_UNAVAILABLE', code);
      }
      test.setNow(new Date(Number(before) + 10 * 60_000));
      await test.portal.states.round();
      assert.equal((await test.rowOf(path)).stage, 'SENT');
      test.setNow(before);
    });

    it('is refused to a summary of an earlier version, and to a reference of another job', async () => {
      const path = await test.fullDraft(browser);
      const version = await versionOn(browser, `${path}/summary`);
      await browser.post(`${path}/information`, { version, title: 'Other', action: 'next' });
      const stale = await browser.post(`${path}/send`, { version });
      assert.equal(stale.statusCode, 409);
      assert.match(stale.body, /changed in another window/u);
      await test.sentJob(browser, { ownReference: 'taken' });
      const second = await test.fullDraft(browser, 'Second', { ownReference: 'taken' });
      const answer = await browser.post(`${second}/send`, {
        version: await versionOn(browser, `${second}/summary`),
      });
      assert.deepEqual([answer.statusCode, /Another job has this reference/u.test(answer.body)], [422, true]);
    });

    it('is refused for a time that has passed, and for a reference of the form that the portal makes', async () => {
      const path = await test.fullDraft(browser);
      const version = await versionOn(browser, `${path}/information`);
      const fields = { version, title: 'Lease', sendAt: '2020-01-01T09:00', ownReference: 'P-0123456789ab' };
      const { body } = await browser.post(`${path}/information`, { ...fields, action: 'next' });
      assert.match(body, /Write a time in the future/u);
      assert.match(body, /made by the portal/u);
      assert.equal(momentOfLocalTime('2026-13-01T09:00'), undefined);
      assert.equal(momentOfLocalTime('2026-12-01T09:75'), undefined);
      assert.equal(momentOfLocalTime('2026-12-01T09:00')?.toISOString(), '2026-12-01T08:00:00.000Z');
    });

    it('sends no name of a file', () => {
      const documents = [{ name: 'Kari Nordmann.pdf', title: 'Lease', content: Buffer.from('') }];
      const request = jobRequestOf('r', EMPTY_DRAFT, documents);
      assert.deepEqual(
        request.documents.map(({ name }) => name),
        ['document-1.pdf'],
      );
    });
  });

  describe('forms', () => {
    it('of an earlier version are shown again with what was typed, and overwrite nothing', async () => {
      const path = await test.fullDraft(browser);
      const version = await versionOn(browser, `${path}/signers`);
      const typed = { version, 'signer-0-emailAddress': 'first@example.com', action: 'add' };
      const first = await browser.post(`${path}/signers`, typed);
      assert.equal(first.headers.location, `${path}/signers#signer-2`);
      const stale = await browser.post(`${path}/signers`, {
        ...typed,
        'signer-0-emailAddress': 'second@example.com',
        action: 'next',
      });
      assert.equal(stale.statusCode, 409);
      assert.match(stale.body, /second@example\.com/u);
      assert.match(stale.body, /data-ask-before-leaving="unsaved"/u);
      assert.match(stale.body, /changed in another window/u);
      const saved = await browser.get(`${path}/signers`);
      assert.match(saved.body, /first@example\.com/u);
      assert.ok(!saved.body.includes('"unsaved"'));
      const version2 = await versionOn(browser, `${path}/signers`);
      const unmoved = await browser.post(`${path}/signers`, { version: version2, action: 'move:x:1' });
      assert.equal(unmoved.headers.location, `${path}/signers`);
    });

    it('that remove a document of another draft, or of none, change nothing and write no line', async () => {
      const path = await test.fullDraft(browser);
      const id = path.replace('/drafts/', '');
      const other = await test.fullDraft(browser);
      const [foreign] = await test.portal.parts.jobs.documents.list(other.replace('/drafts/', ''));
      const stranger = await test.browserOf('stranger@example.com', OTHER_ORGANIZATION);
      for (const named of [foreign?.id ?? '', stranger.session.personId, 'abc']) {
        const answer = await test.upload(browser, path, {}, { action: `remove:${named}` });
        assert.equal(answer.statusCode, 303, named);
      }
      assert.ok(!(await test.actionsOf(id)).includes('DOCUMENT_REMOVED'));
      const [own] = await test.portal.parts.jobs.documents.list(id);
      await test.upload(browser, path, {}, { action: `remove:${own?.id ?? ''}` });
      assert.deepEqual(await test.portal.parts.jobs.documents.list(id), []);
      assert.ok((await test.actionsOf(id)).includes('DOCUMENT_REMOVED'));
    });

    it('of documents of an earlier version change no title', async () => {
      const path = await test.fullDraft(browser, 'First');
      const [document] = await test.portal.parts.jobs.documents.list(path.replace('/drafts/', ''));
      const fields = { formToken: browser.formToken, version: '1', [`title-${document?.id ?? ''}`]: 'Typed' };
      const parts = Object.entries(fields).map(
        ([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      );
      const stale = await browser.postParts(`${path}/documents`, `${parts.join('')}--x--\r\n`);
      assert.equal(stale.statusCode, 409);
      assert.match(stale.body, /value="Typed"/u);
      assert.ok(!(await browser.get(`${path}/documents`)).body.includes('value="Typed"'));
    });

    it('whose files were accepted in part add nothing when the page is loaded again', async () => {
      const path = await test.fullDraft(browser);
      const version = await versionOn(browser, `${path}/documents`);
      const part = (name: string, value: string | Uint8Array): Buffer =>
        Buffer.concat([
          Buffer.from(`--x\r\ncontent-disposition: form-data; name=${name}\r\n\r\n`),
          Buffer.from(value),
          Buffer.from('\r\n'),
        ]);
      const form = Buffer.concat([
        part('"formToken"', browser.formToken),
        part('"version"', version),
        part('"files"; filename="good.pdf"', await onePagePdf('good')),
        part('"files"; filename="bad.pdf"', 'no PDF'),
        Buffer.from('--x--\r\n'),
      ]);
      const first = await browser.postParts(`${path}/documents`, form);
      assert.equal(first.statusCode, 422);
      assert.match(
        first.body,
        /id="files-problem"[^>]*>.*bad” cannot be signed\. The file is not a PDF: export it as PDF\./u,
      );
      assert.equal((await browser.postParts(`${path}/documents`, form)).statusCode, 409);
      const listed = await test.portal.parts.jobs.documents.list(path.replace('/drafts/', ''));
      assert.deepEqual(
        listed.map(({ title }) => title),
        ['Lease', 'good'],
      );
    });

    it('warn on the summary of what looks personal, and of a number of days that is none', async () => {
      const path = await test.fullDraft(browser, 'Lease', { notificationText: 'Call 91234567' });
      const { body } = await browser.get(`${path}/summary`);
      assert.match(body, /Text in notifications: The text looks as if it contains personal data/u);
      assert.match(body, /Will be sent/u);
      const id = path.replace('/drafts/', '');
      const draft = await test.portal.parts.jobs.find(browser.session, id);
      assert.ok(draft !== undefined);
      const content = { ...draft.content, availableDays: 'many' };
      assert.ok(await test.portal.parts.jobs.saveContent(id, draft.row.version, content));
      assert.ok(!(await browser.get(`${path}/summary`)).body.includes('NaN'));
    });

    it('need their token with each content type, and keep what was typed without it', async () => {
      const path = await test.fullDraft(browser);
      const part = 'content-disposition: form-data; name="action"\r\n\r\nnext\r\n--x--\r\n';
      assert.equal((await browser.postParts(`${path}/delete`, `--x\r\n${part}`)).statusCode, 403);
      assert.equal((await browser.postParts('/drafts', `--x\r\n${part}`)).statusCode, 403);
      assert.equal((await browser.postParts(`${path}/documents`, `--x\r\n${part}`)).statusCode, 403);
      const version = await versionOn(browser, `${path}/information`);
      const answer = await browser.post(`${path}/information`, { version, title: 'Typed', formToken: 'old' });
      assert.equal(answer.statusCode, 403);
      assert.match(answer.body, /value="Typed"/u);
      assert.ok(answer.body.includes(browser.formToken));
      assert.ok(!(await browser.get(`${path}/information`)).body.includes('value="Typed"'));
    });

    it('that end within a file are refused, and the process goes on', async () => {
      const path = await test.fullDraft(browser);
      const begin = `--x\r\ncontent-disposition: form-data; name="formToken"\r\n\r\n${browser.formToken}\r\n`;
      const file = '--x\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7';
      const unhandled: unknown[] = [];
      const keep = (error: unknown): void => void unhandled.push(error);
      const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', keep);
      const answer = await browser.postParts(`${path}/documents`, begin + file);
      assert.equal(answer.statusCode, 400);
      assert.equal((await browser.get('/waiting')).statusCode, 200);
      process.removeAllListeners('unhandledRejection');
      for (const other of others) process.on('unhandledRejection', other);
      assert.deepEqual(unhandled, []);
    });

    it('of another organisation of the same person, or after the session, do nothing', async () => {
      await test.portal.parts.people.setRole(OTHER_ORGANIZATION, {
        emailAddress: 'anne@example.com',
        role: 'ACCOUNT_MANAGER',
        endsAt: undefined,
      });
      const both = await test.browserOf('anne@example.com', OTHER_ORGANIZATION);
      assert.equal((await both.post('/organization', { organization: ORGANIZATION })).statusCode, 303);
      assert.equal((await both.post('/drafts')).statusCode, 403);
      const gone = await test.browserOf('anne@example.com');
      await test.portal.parts.sessions.end(gone.session);
      const answer = await gone.post('/drafts/6b8f5a52-2b2d-4a8e-9d64-3a52f3a7b1c0/signers', { typed: 'x' });
      assert.equal(answer.statusCode, 401);
      assert.match(answer.body, /href="\/login\?back=%2Fdrafts%2F6b8f5a52[^"]+%2Fsigners"/u);
      await test.portal.parts.people.endRole(OTHER_ORGANIZATION, browser.session.personId);
    });
  });

  describe('people', () => {
    it('keep their own role, and are recognised by a keyed hash until they are recognised anew', async () => {
      const own = { emailAddress: 'Anne@example.com', role: 'DOCUMENT_PROCESSOR', lastDay: '' };
      const weakened = await browser.post('/people', own);
      assert.match(weakened.body, /id="role-ACCOUNT_MANAGER-problem"/u);
      assert.match(weakened.body, /href="\/people" aria-current="page"/u);
      assert.match(weakened.body, /href="\/language\/nn\?back=%2Fpeople"/u);
      assert.equal((await browser.get('/people')).statusCode, 200);
      const { people } = test.portal.parts;
      const id = await people.setRole(ORGANIZATION, {
        emailAddress: 'new@example.com',
        role: 'DOCUMENT_PROCESSOR',
        endsAt: undefined,
      });
      const user = { subject: 'https://issuer 7', emailAddress: 'new@example.com' };
      assert.equal(await people.recognise(user), id);
      const of = test.tables.selectFrom('people').select('subject').where('id', '=', id);
      assert.ok((await of.executeTakeFirst())?.subject?.includes('issuer') === false);
      const moved = { ...user, subject: 'https://issuer 8' };
      assert.equal(await people.recognise(moved), undefined);
      await browser.post(`/people/${id}/anew`);
      assert.equal(await people.recognise(moved), id);
    });

    it('find in the audit log who did what to whom, also words of a later version', async () => {
      const at = test.now();
      const line = { at, person_id: null, organization: ORGANIZATION, job_id: null, detail: null };
      await test.tables
        .insertInto('audit')
        .values({ ...line, action: 'LATER_WORD' })
        .execute();
      await test.tables
        .insertInto('audit')
        .values({ ...line, organization: null, action: 'LOGIN_FAILED' })
        .execute();
      await browser.post('/people', {
        emailAddress: 'until@example.com',
        role: 'DOCUMENT_PROCESSOR',
        lastDay: '2099-12-31',
      });
      const { body } = await browser.get('/audit');
      for (const text of ['Unknown event', 'A log-in failed', 'Had a person recognised anew']) {
        assert.ok(body.includes(text), text);
      }
      assert.match(body, /Document processor: own jobs, until@example\.com, 31 Dec 2099/u);
      assert.match((await browser.get('/people')).body, /31 Dec 2099/u);
    });

    it('find every line of the audit log, in pages', async () => {
      const line = { at: test.now(), person_id: null, organization: ORGANIZATION, job_id: null };
      const lines = Array.from({ length: 450 }, (_, index) => ({
        ...line,
        action: 'SEARCHED',
        detail: `line-${index}.`,
      }));
      await test.tables.insertInto('audit').values(lines).execute();
      const found = new Set<string>();
      let path: string | undefined = '/audit';
      while (path !== undefined && found.size < lines.length) {
        const { body }: { readonly body: string } = await browser.get(path);
        const shown = body.match(/line-[0-9]+\./gu) ?? [];
        assert.ok(shown.length <= 200 && shown.every((one) => !found.has(one)), path);
        for (const one of shown) found.add(one);
        const [, before] = /href="\?before=([0-9]+)"/u.exec(body) ?? [];
        path = before && `/audit?before=${before}`;
      }
      assert.equal(found.size, lines.length);
      assert.equal((await browser.get("/audit?before='")).statusCode, 200);
    });

    it('of another organisation have no name in the audit log where a detail has their id', async () => {
      const stranger = await test.browserOf('elsewhere@example.com', OTHER_ORGANIZATION);
      const { personId } = browser.session;
      const line = { organization: ORGANIZATION, personId, detail: stranger.session.personId };
      await test.portal.parts.audit.write({ action: 'DOCUMENT_REMOVED', ...line });
      const { body } = await browser.get('/audit');
      assert.ok(!body.includes('elsewhere@example.com'));
    });
  });
});
