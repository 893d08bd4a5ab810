import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateSync } from 'node:zlib';
import { unzip } from '../document-package/zip-files.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { assertInert, HOSTILE } from './inert-html.js';
import {
  ORGANIZATION,
  OTHER_ORGANIZATION,
  usePortal,
  versionOn,
  type PortalUnderTest,
  type TestBrowser,
} from './portal-under-test.js';

const FILE_NAMES = [
  '../../x.pdf',
  'C:\\Windows\\System32\\y.pdf',
  '/etc/passwd',
  'a\0b.pdf',
  '..',
  '\u202Efdp.exe',
  'x\u200B\u0301.pdf',
  '\uFF0E\uFF0E\uFF0Fx.pdf',
  `${'x'.repeat(5000)}.pdf`,
  `${HOSTILE}.pdf`,
];

/** A part of a multipart form. */
function part(disposition: string, content: string | Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`--x\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

describe('an attack on the sender portal', () => {
  let test: PortalUnderTest;
  let anne: TestBrowser;
  usePortal((...opened) => {
    [test, anne] = opened;
  });

  const idOf = (path: string): string => path.split('/')[2] ?? '';
  const jobsNow = () => test.tables.selectFrom('jobs').selectAll().orderBy('id').execute();
  const countOfJobs = async (): Promise<number> => (await jobsNow()).length;

  /** Uploads files to a draft; returns the answer. */
  async function upload(path: string, files: readonly { name: string; content: string | Uint8Array }[]) {
    const version = await versionOn(anne, `${path}/documents`);
    const parts = files.map(({ name, content }) =>
      part(`name="files"; filename="${name.replaceAll('"', '%22')}"`, content),
    );
    const head = [part('name="formToken"', anne.formToken), part('name="version"', version)];
    return anne.postParts(`${path}/documents`, Buffer.concat([...head, ...parts, Buffer.from('--x--\r\n')]));
  }

  /** Addresses of every route with an id, for these things of Anne's. */
  async function addressesOf(ids: Readonly<Record<string, string>>) {
    await anne.get('/waiting');
    return test.routes
      .filter(({ method, url }) => url.includes('/:id') && method !== 'HEAD')
      .map(({ method, url }) => {
        const kind = url.split('/')[1] ?? '';
        const id = ids[kind] ?? assert.fail(`The test has no id for ${url}`);
        const more = url.replace(/:(?!id)\w+/gu, ids[`${kind} file`] ?? '1');
        return { method, url: more.replace(':id', id) };
      });
  }

  const send = (browser: TestBrowser, { method, url }: { method: string; url: string }) =>
    method === 'POST' ? browser.post(url, { reason: 'x', version: '1' }) : browser.get(url);

  it("finds nothing of another organisation, or of a colleague's, at any address", async () => {
    const draft = idOf(await test.fullDraft(anne));
    const [document] = await test.portal.parts.jobs.documents.list(draft);
    const { row } = await test.sentJob(anne);
    test.client.sign(row.reference);
    const batch = await test.batchOf(anne);
    const addresses = await addressesOf({
      drafts: draft,
      'drafts file': document?.id ?? '',
      jobs: row.id,
      'jobs file': 'signed.pdf',
      people: anne.session.personId,
      batches: batch,
    });
    assert.ok(addresses.length > 20, `${addresses.length} addresses`);
    const before = await jobsNow();
    const attackers = [
      await test.browserOf('eve@example.com', OTHER_ORGANIZATION),
      await test.browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR'),
    ];
    for (const attacker of attackers) {
      for (const address of addresses) {
        const { statusCode } = await send(attacker, address);
        assert.ok([403, 404].includes(statusCode), `${address.method} ${address.url}: ${statusCode}`);
      }
    }
    assert.deepEqual(await jobsNow(), before);
    for (const id of [draft, row.id]) {
      const lines = test.tables.selectFrom('audit').selectAll().where('job_id', '=', id);
      for (const { person_id } of await lines.execute()) assert.equal(person_id, anne.session.personId);
    }
  });

  it('by a batch of a draft that replaces a stopped job finds no such draft', async () => {
    const { jobs } = test.portal.parts;
    const stopped = await jobs.find(anne.session, (await test.sentJob(anne)).row.id);
    assert.ok(stopped !== undefined);
    const again = await jobs.createDraft(anne.session, stopped);
    assert.ok(again !== undefined);
    for (const page of ['new', 'example.csv']) {
      assert.equal((await anne.get(`/batches/${page}?draft=${again}`)).statusCode, 404, page);
    }
    assert.ok(!(await anne.get('/batches')).body.includes(again));
    await jobs.deleteDraft(again);
  });

  describe('with a form', () => {
    it('that has no token, or that of an earlier session, does nothing at any address', async () => {
      const draft = idOf(await test.fullDraft(anne));
      const { row } = await test.sentJob(anne);
      const member = await test.browserOf('member@example.com');
      const batch = await test.batchOf(anne);
      const ids = { drafts: draft, jobs: row.id, people: member.session.personId, batches: batch };
      const withId = await addressesOf(ids);
      const others = test.routes.filter(({ url }) => !url.includes(':'));
      const forms = [...withId, ...others].filter(({ method }) => method === 'POST');
      const ended = await test.browserOf('anne@example.com');
      await ended.post('/logout');
      const before = await jobsNow();
      const members = await test.portal.parts.people.membersOf(ORGANIZATION);
      for (const { url } of [...forms, { url: '/logout' }]) {
        for (const formToken of ['', ended.formToken]) {
          const plain = await anne.post(url, { formToken, emailAddress: 'eve@example.com' });
          assert.ok([400, 403].includes(plain.statusCode), url);
          const parts = Buffer.concat([part('name="formToken"', formToken), Buffer.from('--x--\r\n')]);
          const multipart = await anne.postParts(url, parts);
          assert.ok([400, 403].includes(multipart.statusCode), `${url}, multipart`);
        }
        const text = await anne.post(url, {}, { 'content-type': 'text/plain' });
        assert.ok([400, 403].includes(text.statusCode), `${url}, text`);
        const foreign = await anne.post(url, {}, { origin: 'null' });
        assert.equal(foreign.statusCode, 403, `${url}, from a sandboxed frame`);
      }
      assert.deepEqual(await jobsNow(), before);
      assert.deepEqual(await test.portal.parts.people.membersOf(ORGANIZATION), members);
      assert.equal((await anne.get('/waiting')).statusCode, 200);
    });

    it('that is sent again does nothing twice', async () => {
      const draft = await test.fullDraft(anne);
      assert.equal((await anne.post(`${draft}/delete`)).statusCode, 303);
      assert.equal((await anne.post(`${draft}/delete`)).statusCode, 404);
      const { path, row } = await test.sentJob(anne);
      assert.equal((await anne.post(`${path}/cancel`, { reason: 'wrong' })).statusCode, 303);
      await anne.post(`${path}/cancel`, { reason: 'wrong' });
      const cancelled = (await test.actionsOf(row.id)).filter((action) => action === 'JOB_CANCELLED');
      assert.equal(cancelled.length, 1);
      const member = await test.browserOf('leaving@example.com');
      const end = () => anne.post(`/people/${member.session.personId}/end`);
      assert.deepEqual([(await end()).statusCode, (await end()).statusCode], [303, 404]);
    });

    it('of a session that was logged out, of a role that has ended, or of one that was lowered, does nothing', async () => {
      const soon = new Date(Number(test.now()) + 60_000);
      const ending = await test.browserOf('short@example.com', ORGANIZATION, 'ACCOUNT_MANAGER', soon);
      const path = await test.fullDraft(ending);
      const version = await versionOn(ending, `${path}/summary`);
      const before = test.now();
      test.setNow(new Date(Number(before) + 120_000));
      assert.equal((await ending.post(`${path}/send`, { version })).statusCode, 401);
      assert.equal((await ending.get(`${path}/summary`)).statusCode, 303);
      test.setNow(before);
      const gone = await test.browserOf('anne@example.com');
      await gone.post('/logout');
      assert.equal((await gone.post(`${path}/send`, { version })).statusCode, 401);
      assert.equal((await test.rowOf(path)).stage, 'DRAFT');
      const lowered = await test.browserOf('lowered@example.com');
      await anne.post('/people', { emailAddress: 'lowered@example.com', role: 'DOCUMENT_PROCESSOR' });
      const gives = { emailAddress: 'eve@example.com', role: 'ACCOUNT_MANAGER' };
      assert.equal((await lowered.post('/people', gives)).statusCode, 403);
      assert.equal((await lowered.get(path)).statusCode, 404);
    });
  });

  describe('with a script', () => {
    it('in any field, in the name of a file or of a person shows it as text on every page', async () => {
      const eve = await test.browserOf('named@example.com');
      const user = { subject: 'named', emailAddress: 'named@example.com', name: HOSTILE };
      await test.portal.parts.people.recognise(user);
      const path = ((await eve.post('/drafts')).headers.location ?? '').replace(/\/documents$/u, '');
      const { documents } = test.portal.parts.jobs;
      const facts = { name: HOSTILE, version: HOSTILE, pdfA: HOSTILE };
      await documents.add(idOf(path), { ...facts, title: HOSTILE }, await onePagePdf('text'));
      await documents.add(idOf(path), { ...facts, title: 'Titled' }, await onePagePdf('other'));
      const pages: string[] = [(await eve.get(`${path}/documents`)).body];
      const titled = (await documents.list(idOf(path))).find(({ title }) => title === 'Titled');
      const field = `title-${titled?.id ?? ''}`;
      await test.upload(eve, path, {}, { [field]: `Titled ${HOSTILE}`.slice(0, 80) });
      pages.push((await eve.get(`${path}/documents`)).body);
      assert.ok(pages.at(-1)?.includes('Titled &quot;'), 'the title is changed');
      const fill = async (step: string, fields: Record<string, string>) => {
        const version = await versionOn(eve, `${path}/${step}`);
        pages.push((await eve.post(`${path}/${step}`, { version, action: 'next', ...fields })).body);
        pages.push((await eve.get(`${path}/${step}?check=yes`)).body);
      };
      await fill('signers', {
        'signer-0-number': HOSTILE,
        'signer-0-emailAddress': HOSTILE,
        'signer-0-mobileNumber': HOSTILE,
      });
      await fill('information', {
        title: HOSTILE,
        notificationText: HOSTILE,
        message: HOSTILE,
        ownReference: HOSTILE,
        sendAt: HOSTILE,
      });
      for (const url of [`${path}/summary`, '/waiting', '/people', '/audit', `/nowhere/${HOSTILE}`]) {
        pages.push((await eve.get(url)).body);
      }
      const fields = { text: HOSTILE, from: HOSTILE, until: HOSTILE, kind: HOSTILE };
      pages.push((await eve.post('/search', fields)).body);
      const role = { emailAddress: HOSTILE, role: HOSTILE, lastDay: HOSTILE };
      pages.push((await eve.post('/people', role)).body);
      pages.push((await eve.get(`/waiting?page=${encodeURIComponent(HOSTILE)}`)).body);
      for (const page of pages.filter((body) => body !== '')) assertInert(page);
      assert.ok(pages.filter((page) => page.includes('&lt;script')).length >= 8);
      await test.portal.parts.people.endRole(ORGANIZATION, eve.session.personId);
    });

    it('in a job that was sent shows it as text, also when it cannot be cancelled any more', async () => {
      const { path, row } = await test.sentJob(anne, { title: HOSTILE, message: HOSTILE });
      const pages = [(await anne.get(path)).body, (await anne.get('/waiting')).body];
      test.client.sign(row.reference);
      pages.push((await anne.post(`${path}/cancel`, { reason: HOSTILE })).body);
      for (const page of pages) {
        assertInert(page);
        assert.ok(page.includes('&lt;script'));
      }
      // The reason of a cancellation is shown on no page.
      const open = await test.sentJob(anne);
      assert.equal((await anne.post(`${open.path}/cancel`, { reason: HOSTILE })).statusCode, 303);
      for (const url of [open.path, '/stopped', '/audit']) assertInert((await anne.get(url)).body);
    });
  });

  describe('with a file', () => {
    it('of 600 MB in chunks is refused without growth of memory', async () => {
      const path = await test.fullDraft(anne);
      const address = new URL(await test.portal.server.listen({ host: '127.0.0.1', port: 0 }));
      const chunk = Buffer.alloc(1024 * 1024);
      const before = process.memoryUsage().rss;
      let peak = before;
      // Not by node:http, whose client stops sending when the answer comes early. A browser goes on.
      const socket = connect({ host: address.hostname, port: Number(address.port) });
      const answer = once(socket, 'data');
      const write = async (bytes: string | Uint8Array): Promise<void> => {
        if (!socket.write(bytes)) await once(socket, 'drain');
      };
      const head = [
        `POST ${path}/documents HTTP/1.1`,
        'host: portal',
        `cookie: ${anne.headers.cookie}`,
        'content-type: multipart/form-data; boundary=x',
        'transfer-encoding: chunked',
      ];
      await write(`${head.join('\r\n')}\r\n\r\n`);
      const begin = Buffer.concat([
        part('name="formToken"', anne.formToken),
        Buffer.from('--x\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'),
      ]);
      for (const piece of [begin, ...Array.from({ length: 600 }, () => chunk)]) {
        await write(`${piece.length.toString(16)}\r\n`);
        await write(piece);
        await write('\r\n');
        peak = Math.max(peak, process.memoryUsage().rss);
      }
      const [first] = (await answer) as [Buffer];
      socket.destroy();
      assert.match(first.toString(), /^HTTP\/1\.1 413 /u);
      // Half of what was sent: when memory is returned is up to the engine.
      assert.ok(peak - before < 300 * 1024 * 1024, `memory grew by ${peak - before} bytes`);
      const listed = await test.portal.parts.jobs.documents.list(idOf(path));
      assert.equal(listed.length, 1);
    });

    it('that unpacks to 120 MB is refused, and the portal goes on', async () => {
      const packed = deflateSync(Buffer.alloc(120_000_000, ' '));
      const head =
        '%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Count 1 /Kids [4 0 R]>>\n' +
        'endobj\n4 0 obj\n<</Type /Page /Parent 2 0 R>>\nendobj\n5 0 obj\n<</Type /ObjStm /N 1 /First 4 ' +
        `/Length ${packed.length} /Filter /FlateDecode>>\nstream\n`;
      const end = '\nendstream\nendobj\ntrailer\n<</Root 1 0 R /Size 6>>\nstartxref\n0\n%%EOF';
      const bomb = Buffer.concat([Buffer.from(head), packed, Buffer.from(end)]);
      const before = process.memoryUsage().rss;
      const answer = await upload(await test.fullDraft(anne), [{ name: 'bomb.pdf', content: bomb }]);
      assert.equal(answer.statusCode, 422);
      assert.match(answer.body, /takes too much work to read/u);
      assert.ok(process.memoryUsage().rss - before < 300_000_000);
      assert.equal((await anne.get('/waiting')).statusCode, 200);
    });

    it('whose name is a path, has control characters or is very long gets a harmless title, and no name at all', async () => {
      const path = await test.fullDraft(anne, 'Lease', { ownReference: 'a/../../b' });
      for (const name of FILE_NAMES) {
        const answer = await upload(path, [{ name, content: await onePagePdf(name.slice(0, 20)) }]);
        assert.ok(answer.statusCode < 500, name.slice(0, 20));
        if (answer.body !== '') assertInert(answer.body);
      }
      const titles = (await test.portal.parts.jobs.documents.list(idOf(path))).map(({ title }) => title);
      assert.ok(titles.length > FILE_NAMES.length / 2, `${titles.length} of ${FILE_NAMES.length}`);
      for (const title of titles) {
        assert.doesNotMatch(title, /[\p{Cc}\p{Cf}/\\]/u);
        assert.ok(title.length <= 80 && title !== '..' && title !== '');
      }
      const version = await versionOn(anne, `${path}/summary`);
      const { headers, body } = await anne.post(`${path}/send`, { version });
      const job = headers.location ?? assert.fail(body);
      test.client.sign((await test.rowOf(job)).reference);
      const zip = await anne.get(`${job}/all.zip`);
      const names = (await unzip(zip.rawPayload)).map(({ name }) => name);
      for (const name of names) assert.match(name, /^[\w-]+\.(?:pdf|xml|json)$/u);
      for (const answer of [zip, await anne.get(`${job}/files/signed.pdf`)]) {
        assert.match(
          String(answer.headers['content-disposition']),
          /^attachment; filename="a_\.\._\.\._b[\w.-]*"$/u,
        );
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      }
    });

    it('asked for by a path finds none', async () => {
      const { path, row } = await test.sentJob(anne);
      test.client.sign(row.reference);
      for (const name of [
        '..%2F..%2F..%2Fetc%2Fpasswd',
        '..%5C..%5Cx',
        '%2Fetc%2Fpasswd',
        'signed.pdf%00.txt',
        'receipt.json%2F..',
        '%2e%2e',
        '__proto__',
        'x'.repeat(2000),
      ]) {
        const { statusCode } = await anne.get(`${path}/files/${name}`);
        assert.ok([400, 404, 414].includes(statusCode), `${name.slice(0, 30)}: ${statusCode}`);
      }
      for (const url of ['/assets/..%2fportal.css', '/assets/%2e%2e/package.json', '/jobs/%27or%201=1--']) {
        assert.equal((await anne.get(url)).statusCode, 404, url);
      }
    });
  });

  it('by a frame around a page, or by a foreign window, is stopped by the headers of every answer', async () => {
    const draft = await test.fullDraft(anne);
    const [document] = await test.portal.parts.jobs.documents.list(idOf(draft));
    const { row } = await test.sentJob(anne);
    test.client.sign(row.reference);
    const addresses = await addressesOf({
      drafts: idOf(draft),
      'drafts file': document?.id ?? '',
      jobs: row.id,
      'jobs file': 'signed.pdf',
      people: anne.session.personId,
      batches: await test.batchOf(anne),
    });
    const others = test.routes.filter(({ method, url }) => method === 'GET' && !url.includes(':'));
    const outside = ['/login', '/logged-out', '/accessibility', '/nowhere', '/assets/portal.js', '/healthz'];
    const urls = [...addresses, ...others].filter(({ method }) => method === 'GET').map(({ url }) => url);
    for (const url of [...urls, ...outside].filter((one) => !one.endsWith('/live'))) {
      const { headers } = await anne.get(url);
      const policy = String(headers['content-security-policy']);
      if (url.includes('/files/') && url.startsWith('/drafts')) {
        // The preview stands in a frame of the portal itself.
        assert.match(policy, /frame-ancestors 'self'/u);
        continue;
      }
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/u, url);
      assert.ok(!/unsafe|\*/u.test(policy), url);
      assert.equal(headers['x-frame-options'], 'DENY', url);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', url);
      const isAsset = url.startsWith('/assets/');
      assert.equal(headers['cache-control'], isAsset ? 'public, max-age=3600' : 'no-store', url);
    }
    assert.equal((await anne.post('/drafts', { formToken: '' })).headers['x-frame-options'], 'DENY');
    assert.ok((await countOfJobs()) > 0);
  });
});
