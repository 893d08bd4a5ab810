import assert from 'node:assert/strict';
import { InMemorySigningClient } from '@signering/client/testing';
import { generateKey } from '@signering/encryption';
import { planNotifications } from '@signering/sender-portal/internal/drafts/notification-plan.js';
import { openPortal } from '@signering/sender-portal/internal/start-sender-portal.js';
import { TEXTS } from '@signering/sender-portal/internal/texts/index.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { freshDatabase } from '../fixtures/index.js';

const ORGANIZATION = '910000007';
const OTHER_ORGANIZATION = '910000015';
const URL_OF_PORTAL = 'http://127.0.0.1:8090';
const SCRIPT = '<script>alert(1)</script>';

/** The keys of a catalogue, those of its groups too. */
function keysOf(texts: object): readonly string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? keysOf(value as object).map((inner) => `${key}.${inner}`)
      : [key],
  );
}

describe('the texts of the sender portal', () => {
  for (const language of ['nn', 'en'] as const) {
    it(`has every text in ${language}, and none is empty`, () => {
      assert.deepEqual([...keysOf(TEXTS[language])].sort(), [...keysOf(TEXTS.nb)].sort());
      assert.ok(!JSON.stringify(TEXTS[language]).includes('""'));
    });
  }
});

describe('the notifications that the summary announces', () => {
  const both = { emailAddress: 'kari@example.com', mobileNumber: '91234567' };
  for (const [days, reminders] of [
    [30, [5, 2]],
    [7, [3, 2]],
    [5, [2, 1]],
    [3, [1, 1]],
    [1, [undefined]],
  ] as const) {
    it(`are planned for ${days} days by email, the last one by SMS`, () => {
      const planned = planNotifications(both, days);
      assert.deepEqual(planned[0], { channel: 'EMAIL' });
      assert.equal(planned.at(-1)?.channel, 'SMS');
      assert.deepEqual(
        planned.slice(1).map(({ daysBeforeDeadline }) => daysBeforeDeadline),
        reminders,
      );
    });
  }
});

describe('the sender portal refuses', () => {
  let portal: Awaited<ReturnType<typeof openPortal>>;
  let now = new Date();
  before(async function () {
    const postgresql = await freshDatabase(this);
    portal = await openPortal({
      settings: {
        client: {
          organizationNumber: ORGANIZATION,
          storage: 'unused',
          keys: [generateKey('test')],
          temporal: { connection: { address: 'unused' }, namespace: 'unused' },
        },
        listen: { host: '127.0.0.1', port: 0 },
        url: URL_OF_PORTAL,
        database: { postgresql },
        login: { issuer: 'http://127.0.0.1:1', clientId: 'portal', clientSecret: 'secret' },
        managers: [],
        serviceUrl: URL_OF_PORTAL,
      },
      client: new InMemorySigningClient({ organizationNumber: ORGANIZATION }),
      report: (sentence) => assert.fail(sentence),
      now: () => now,
    });
  });
  after(() => portal.close());

  /** A browser in which a person is logged in. */
  async function browserOf(
    emailAddress: string,
    organization = ORGANIZATION,
    role: 'ACCOUNT_MANAGER' | 'DOCUMENT_PROCESSOR' = 'ACCOUNT_MANAGER',
    endsAt?: Date,
  ) {
    const { people, sessions } = portal.parts;
    const personId = await people.setRole(organization, { emailAddress, role, endsAt });
    const id = await sessions.start(personId, organization);
    const session = await sessions.find(id);
    assert.ok(session !== undefined);
    const headers = { cookie: `signering-portal=${id}` };
    const { formToken } = session;
    return {
      session,
      formToken,
      get: (url: string) => portal.server.inject({ url, headers }),
      post: (url: string, fields: Record<string, string> = {}, more: Record<string, string> = {}) =>
        portal.server.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded', ...more },
          payload: new URLSearchParams({ formToken, ...fields }).toString(),
        }),
    };
  }

  /** A draft that can be sent; returns its path. */
  async function fullDraft(browser: Awaited<ReturnType<typeof browserOf>>, title = 'Lease'): Promise<string> {
    const { location = '' } = (await browser.post('/drafts')).headers;
    const path = location.replace(/\/documents$/u, '');
    const { jobs } = portal.parts;
    const id = path.replace('/drafts/', '');
    await jobs.documents.add(id, { name: 'a.pdf', title }, await onePagePdf('text'));
    await browser.post(`${path}/signers`, { 'signer-0-emailAddress': 'kari@example.com', action: 'next' });
    await browser.post(`${path}/information`, { title, action: 'next' });
    return path;
  }

  it('a person without a session, and leads back to the page after the log-in', async () => {
    const answer = await portal.server.inject({ url: '/people' });
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/login?back=%2Fpeople']);
  });

  it('the job of another organisation, and of a colleague to a document processor', async () => {
    const path = await fullDraft(await browserOf('anne@example.com'));
    const foreign = await browserOf('eve@example.com', OTHER_ORGANIZATION);
    const colleague = await browserOf('bjorn@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR');
    const manager = await browserOf('mona@example.com');
    const statusFor = async (browser: typeof foreign) => (await browser.get(`${path}/summary`)).statusCode;
    assert.deepEqual(
      [await statusFor(foreign), await statusFor(colleague), await statusFor(manager)],
      [404, 404, 200],
    );
    assert.equal((await foreign.post(`${path}/send`)).statusCode, 404);
    assert.equal((await colleague.get('/people')).statusCode, 403);
  });

  it('a form without its token, with the token of another session, and from another site', async () => {
    const browser = await browserOf('anne@example.com');
    const other = await browserOf('anne@example.com');
    const statuses = [
      await browser.post('/drafts', { formToken: '' }),
      await browser.post('/drafts', { formToken: other.formToken }),
      await browser.post('/drafts', {}, { origin: 'https://evil.example' }),
      await browser.post('/drafts', {}, { 'sec-fetch-site': 'cross-site' }),
    ].map(({ statusCode }) => statusCode);
    assert.deepEqual(statuses, [403, 403, 403, 403]);
  });

  it('a session after its log-out, after an hour without a request, and a role that has ended', async () => {
    const browser = await browserOf('anne@example.com');
    assert.equal((await browser.get('/waiting')).statusCode, 200);
    await browser.post('/logout');
    assert.equal((await browser.get('/waiting')).statusCode, 303);
    const idle = await browserOf('anne@example.com');
    const soon = new Date(Number(now) + 60_000);
    const ending = await browserOf('until@example.com', ORGANIZATION, 'DOCUMENT_PROCESSOR', soon);
    const before = now;
    now = new Date(Number(now) + 2 * 60_000);
    assert.equal((await ending.get('/waiting')).statusCode, 303);
    now = new Date(Number(before) + 61 * 60_000);
    assert.equal((await idle.get('/waiting')).statusCode, 303);
    now = before;
  });

  it('scripts in texts, frames around its pages, and addresses of other sites to go on to', async () => {
    const browser = await browserOf('anne@example.com');
    const path = await fullDraft(browser, SCRIPT);
    const { body, headers } = await browser.get(`${path}/summary`);
    assert.ok(body.includes('&lt;script>') && !body.includes(SCRIPT));
    assert.match(String(headers['content-security-policy']), /script-src 'self'.*frame-ancestors 'none'/u);
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a//b']) {
      const answer = await browser.get(`/language/en?back=${encodeURIComponent(back)}`);
      assert.equal(answer.headers.location, '/', back);
    }
  });

  it('an upload of 200 MB before it is read', async () => {
    const browser = await browserOf('anne@example.com');
    const path = await fullDraft(browser);
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
    const browser = await browserOf('anne@example.com');
    const path = await fullDraft(browser);
    const answers = await Promise.all([browser.post(`${path}/send`), browser.post(`${path}/send`)]);
    const later = await browser.post(`${path}/send`);
    const job = path.replace('/drafts/', '/jobs/');
    assert.deepEqual(new Set([...answers, later].map(({ headers }) => headers.location)), new Set([job]));
    const { jobs } = portal.parts;
    const { jobs: waiting } = await jobs.overview(browser.session, 'WAITING', 1);
    assert.equal(waiting.length, 1);
    // The back button finds the job sent.
    assert.equal((await browser.post(`${path}/information`, { title: 'Other' })).statusCode, 409);
  });
});
