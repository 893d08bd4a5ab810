import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';
import { generateKey, type EncryptionKeys } from '@signering/encryption';
import type { BatchSending } from '@signering/sender-portal/internal/batches/batch-check.js';
import { openPortal } from '@signering/sender-portal/internal/start-sender-portal.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { freshDatabase } from '../fixtures/index.js';

export const ORGANIZATION = '910000007';
export const OTHER_ORGANIZATION = '910000015';
const URL_OF_PORTAL = 'http://127.0.0.1:8090';

export type PortalUnderTest = Awaited<ReturnType<typeof openPortalUnderTest>>;
export type TestBrowser = Awaited<ReturnType<PortalUnderTest['browserOf']>>;

/** The version of a draft, as the form of a page sends it. */
export async function versionOn(
  browser: { get(url: string): Promise<{ readonly body: string }> },
  page: string,
): Promise<string> {
  const { body } = await browser.get(page);
  return /name="version" value="(\d+)"/u.exec(body)?.[1] ?? assert.fail(`${page} has no version`);
}

/** The argument of {@link openPortalUnderTest}. */
export interface PortalUnderTestOptions {
  /** @default one that does not answer: tests start sessions themselves */
  readonly issuer?: string;
  /** @default one key */
  readonly keys?: EncryptionKeys;
  /** Sends by the real client, batches too. @default the client's in-memory double, without batches */
  readonly sending?: SigningClient;
  /** Sends batches. @default `sending` */
  readonly batches?: BatchSending;
  /** The address in browsers. */
  readonly url?: string;
  /** @default that of the sender in the tests */
  readonly organization?: string;
  /** The account managers whom the settings name. @default none */
  readonly managers?: readonly { readonly organizationNumber: string; readonly emailAddress: string }[];
  /** An address of a database that another portal of the test uses. @default a new one */
  readonly postgresql?: string;
  /** Uses the embedded database in this folder. @default PostgreSQL */
  readonly folder?: string;
}

/** Opens a portal before the tests of a suite, with a browser of an account manager, and closes it after them. */
export function usePortal(use: (test: PortalUnderTest, anne: TestBrowser) => void): void {
  let opened: PortalUnderTest | undefined;
  before(async function () {
    opened = await openPortalUnderTest(this);
    use(opened, await opened.browserOf('anne@example.com'));
  });
  after(() => opened?.close());
}

/** The portal's routes on a real database and the client's in-memory double, without an address. */
export async function openPortalUnderTest(context: Mocha.Context, options: PortalUnderTestOptions = {}) {
  const { issuer = 'http://127.0.0.1:1', keys = [generateKey('test')], url = URL_OF_PORTAL } = options;
  const { sending, organization: sender = ORGANIZATION } = options;
  const { folder } = options;
  const postgresql = folder === undefined ? (options.postgresql ?? (await freshDatabase(context))) : '';
  const client = new InMemorySigningClient({ organizationNumber: ORGANIZATION });
  const reports: string[] = [];
  let now = new Date();
  const portal = await openPortal({
    settings: {
      client: {
        organizationNumber: sender,
        storage: 'unused',
        keys,
        temporal: { connection: { address: 'unused' }, namespace: 'unused' },
      },
      listen: { host: '127.0.0.1', port: 0 },
      url,
      database: folder === undefined ? { postgresql } : { folder },
      login: { issuer, clientId: 'portal', clientSecret: 'secret' },
      managers: options.managers ?? [],
      organizationNames: new Map([[ORGANIZATION, 'Storvik kommune']]),
      serviceUrl: URL_OF_PORTAL,
      stoppedDocumentsDays: 90,
    },
    client: sending ?? client,
    batchesOf: (organization) => {
      if (options.batches !== undefined) return options.batches;
      assert.ok(sending !== undefined, 'this test has no batches');
      return organization === sender ? sending : sending.forSender(organization);
    },
    report: (sentence) => reports.push(sentence),
    // A real stack goes by the real clock.
    now: () => (sending === undefined ? now : new Date()),
  });
  const routes: { readonly method: string; readonly url: string }[] = [];
  // Routes behind the log-in are added when the server is first used.
  portal.server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });

  /** A browser in which a person is logged in. */
  async function browserOf(
    emailAddress: string,
    organization = sender,
    role: 'ACCOUNT_MANAGER' | 'DOCUMENT_PROCESSOR' = 'ACCOUNT_MANAGER',
    endsAt?: Date,
  ) {
    const { people, sessions } = portal.parts;
    const personId = await people.setRole(organization, { emailAddress, role, endsAt });
    const id = await sessions.start(personId, organization);
    const session = await sessions.find(id);
    assert.ok(session !== undefined);
    const headers = { cookie: `signering-portal=${id}`, 'accept-language': 'en' };
    const { formToken } = session;
    return {
      session,
      formToken,
      cookie: headers.cookie,
      headers,
      get: (url: string) => portal.server.inject({ url, headers }),
      post: (url: string, fields: Record<string, string> = {}, more: Record<string, string> = {}) =>
        portal.server.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded', ...more },
          payload: new URLSearchParams({ formToken, ...fields }).toString(),
        }),
      /** Posts these parts of a multipart form as they are. */
      postParts: (url: string, payload: string | Buffer) =>
        portal.server.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
          payload,
        }),
    };
  }

  type Browser = Awaited<ReturnType<typeof browserOf>>;

  /** Returns the path of a new draft. */
  async function emptyDraft(browser: Browser): Promise<string> {
    const { location = '' } = (await browser.post('/drafts')).headers;
    return location.replace(/\/documents$/u, '');
  }

  /** Posts the form of a draft's documents with these files. */
  async function upload(
    browser: Browser,
    path: string,
    files: Readonly<Record<string, Uint8Array>>,
    more: Readonly<Record<string, string>> = {},
  ) {
    const version = more['version'] ?? (await versionOn(browser, `${path}/documents`));
    const fields = { formToken: browser.formToken, version, action: 'upload', ...more };
    const part = (name: string, value: string | Uint8Array): Buffer =>
      Buffer.concat([
        Buffer.from(`--x\r\ncontent-disposition: form-data; name=${name}\r\n\r\n`),
        Buffer.from(value),
        Buffer.from('\r\n'),
      ]);
    const parts = [
      ...Object.entries(fields).map(([name, value]) => part(`"${name}"`, value)),
      ...Object.entries(files).map(([name, content]) => part(`"files"; filename="${name}"`, content)),
    ];
    return await browser.postParts(`${path}/documents`, Buffer.concat([...parts, Buffer.from('--x--\r\n')]));
  }

  /** A draft that can be sent; returns its path. */
  async function fullDraft(browser: Browser, title = 'Lease', more: Record<string, string> = {}) {
    const path = await emptyDraft(browser);
    const { documents } = portal.parts.jobs;
    await documents.add(path.replace('/drafts/', ''), { name: 'a.pdf', title }, await onePagePdf('text'));
    const fill = async (step: string, fields: Record<string, string>) => {
      const version = await versionOn(browser, `${path}/${step}`);
      const answer = await browser.post(`${path}/${step}`, { version, action: 'next', ...fields });
      assert.equal(answer.statusCode, 303, answer.body);
    };
    await fill('signers', { 'signer-0-emailAddress': 'kari@example.com' });
    await fill('information', { title, ...more });
    return path;
  }

  /** A job that was sent; returns its path and its row. */
  async function sentJob(browser: Browser, more: Record<string, string> = {}) {
    const draft = await fullDraft(browser, 'Lease', more);
    const version = await versionOn(browser, `${draft}/summary`);
    const { headers } = await browser.post(`${draft}/send`, { version });
    const path = headers.location ?? '';
    assert.equal(path, draft.replace('/drafts/', '/jobs/'));
    return { path, row: await rowOf(path) };
  }

  /** A batch of a person that is not checked yet; returns its id. */
  async function batchOf(browser: Browser, table = 'reference;email\r\na;a@example.com\r\n') {
    const draft = (await fullDraft(browser)).replace('/drafts/', '');
    const facts = { title: 'Lease', fileName: 'leases.csv', language: 'en' as const };
    return await portal.parts.batches.create(browser.session, draft, {
      ...facts,
      content: Buffer.from(table),
    });
  }

  async function rowOf(path: string) {
    const id = path.split('/')[2] ?? '';
    const { tables } = portal.parts.database;
    return await tables.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  /** The actions of the audit log about a job, in their order. */
  async function actionsOf(id: string): Promise<readonly string[]> {
    const { tables } = portal.parts.database;
    const rows = await tables
      .selectFrom('audit')
      .select('action')
      .where('job_id', '=', id)
      .orderBy('id')
      .execute();
    return rows.map(({ action }) => action);
  }

  return {
    portal,
    postgresql,
    client,
    reports,
    /** Every route behind the log-in, once the portal was used. */
    routes,
    tables: portal.parts.database.tables,
    browserOf,
    emptyDraft,
    upload,
    fullDraft,
    sentJob,
    batchOf,
    rowOf,
    actionsOf,
    now: () => now,
    setNow: (moment: Date) => {
      now = moment;
    },
    close: async () => {
      await portal.close();
    },
  };
}
