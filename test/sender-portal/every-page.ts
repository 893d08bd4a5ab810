import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pagesOfBatches } from './batch-pages.js';
import { byForm, errors, lookAt, onDatabase, refusedFor, type ShownPages } from './looked-at-pages.js';
import {
  MANAGER,
  pdfFile,
  press,
  SECOND_ORGANIZATION,
  type PortalInABrowser,
} from './portal-in-a-browser.js';

/**
 * Looks at every page of each role, those with mistakes and those without anything to show too: each is the expected one, axe
 * finds nothing, and nothing is wider than the window or a phone. An account manager's in English and bokmål, a document
 * processor's in nynorsk.
 */
export async function lookAtEveryPage(portal: PortalInABrowser, processor: string): Promise<void> {
  const ofManager = await portal.logIn();
  await portal.addProcessor(ofManager, processor);
  const pages = await pagesOfJobs(portal, ofManager, 'manager');
  const batches = await pagesOfBatches(portal, ofManager, 'manager');
  await lookAt(portal, ofManager, [...pages, ...batches, ...pagesOfManager(portal)]);
  const ofProcessor = await portal.logIn(processor);
  const empty: ShownPages = [
    ['processor-signed-empty', '/signed', (texts) => texts.signed],
    ['processor-batches-empty', '/batches', (texts) => texts.batches.title],
    ['processor-refused-people', '/people', (texts) => texts.refusedTitle, refusedFor('ROLE_MISSING')],
    [
      'processor-foreign-job',
      pages.find(([name]) => name === 'job-waiting')?.[1] ?? '',
      (texts) => texts.refusedTitle,
      refusedFor('NOT_FOUND'),
    ],
  ];
  await lookAt(portal, ofProcessor, empty, ['nn-390']);
  await ofProcessor.goto(`${portal.url}/language/en?back=/waiting`);
  const own = await pagesOfJobs(portal, ofProcessor, 'processor');
  const ownBatches = await pagesOfBatches(portal, ofProcessor, 'processor');
  await lookAt(
    portal,
    ofProcessor,
    [...own, ...ownBatches].map(([name, ...shown]) => [`processor-${name}`, ...shown] as const),
    ['nn-390'],
  );
  const stopped = own.find(([name]) => name === 'job-stopped')?.[1];
  assert.ok(typeof stopped === 'string');
  await ofManager.goto(`${portal.url}/language/en?back=${stopped}`);
  await press(ofManager, 'Send again');
  const again: ShownPages = [
    [
      'processor-job-sent-again-by-manager',
      stopped,
      'Contract that was rejected',
      { has: (page, texts) => page.getByText(texts.sentAgainByManager) },
    ],
  ];
  await lookAt(portal, ofProcessor, again);
  await lookAt(portal, ofManager, await refusalsOfPeople(portal, ofManager, processor), ['nb-390']);
  await ofManager.context().close();
  await ofProcessor.locator('form[action="/logout"] button').click();
  await ofProcessor.waitForURL('**/logged-out');
  await lookAt(portal, ofProcessor, [
    ['logged-out', '/logged-out', (texts) => texts.loggedOut],
    ['accessibility-without-log-in', '/accessibility', (texts) => texts.accessibility],
    [
      'log-in-not-begun-here',
      '/login/callback?code=x&state=y',
      (texts) => texts.refusedTitle,
      refusedFor('LOGIN_REFUSED'),
    ],
  ]);
  await ofProcessor.context().close();
}

/** The pages of both roles but for batches, with jobs and drafts in every state, whose references have this end. */
async function pagesOfJobs(portal: PortalInABrowser, page: Page, end: string): Promise<ShownPages> {
  const send = async (title: string, reference: string, signers = 1): Promise<string> => {
    const draft = await portal.writeDraft(page, { title, reference, signers });
    await press(page, 'Send for signing');
    return draft.replace('/drafts/', '/jobs/');
  };
  const long = 'Agreement on the lease of premises at Storgata 17, with all of its appendices';
  const waiting = await send(long, `reference-with-many-letters-in-it-that-is-${end}`, 3);
  const stopped = await send('Contract that was rejected', `stopped-${end}`);
  const signed = await send('Signed by all', `signed-${end}`);
  await portal.actAtTheSandbox(`stopped-${end}`, 'reject');
  await portal.actAtTheSandbox(`signed-${end}`, 'sign');
  await portal.seen(page, stopped, (job) => job.getByRole('button', { name: 'Send again' }));
  await portal.seen(page, signed, (job) => job.getByText('Download everything as ZIP'));
  await page.goto(`${portal.url}/waiting`);
  await press(page, 'New job');
  const empty = new URL(page.url()).pathname.replace(/\/documents$/u, '');
  const full = await portal.writeDraft(page, { title: long, signers: 3 });
  await page.goto(`${portal.url}${full}/information`);
  await page.locator('#notificationText').fill('Call 912 34 567 about 010170 12345');
  await press(page, 'Next');
  const post = byForm(portal);
  return [
    ['waiting', '/waiting', (texts) => texts.waiting],
    ['stopped', '/stopped', (texts) => texts.stopped],
    ['signed', '/signed', (texts) => texts.signed],
    ['search', '/search', (texts) => texts.search],
    [
      'search-found',
      post('/search', async (form) => {
        await form.locator('#kind').selectOption('REFERENCE');
        await form.locator('#text').fill(`signed-${end}`);
        await form.locator('main button').click();
      }),
      (texts) => texts.search,
      { has: (page) => page.getByRole('row', { name: `signed-${end}` }) },
    ],
    [
      'search-found-nothing',
      post('/search', async (form) => {
        await form.locator('#text').fill('nothing');
        await form.locator('main button').click();
      }),
      (texts) => texts.search,
      { has: (page, texts) => page.getByText(texts.found(0)) },
    ],
    ['job-waiting', waiting, long],
    ['job-stopped', stopped, 'Contract that was rejected'],
    ['job-signed', signed, 'Signed by all'],
    [
      'job-cancel-with-mistake',
      post(waiting, async (form) => {
        await form.locator('form[action$="/cancel"] button').click();
      }),
      long,
      { has: (page) => page.locator('#reason-problem') },
    ],
    ['documents-empty', `${empty}/documents`, (texts) => texts.stepOf(1, texts.steps.documents)],
    [
      'documents-with-mistakes',
      `${empty}/documents?check=yes`,
      (texts) => texts.stepOf(1, texts.steps.documents),
      { status: 422, has: errors },
    ],
    [
      'documents-refused-file',
      post(`${empty}/documents`, async (form) => {
        await form
          .locator('#files')
          .setInputFiles({ ...(await pdfFile('bad.pdf')), buffer: Buffer.from('no PDF') });
        await form.locator('#files-problem').waitFor();
      }),
      (texts) => texts.stepOf(1, texts.steps.documents),
      { has: errors },
    ],
    ['documents', `${full}/documents`, (texts) => texts.stepOf(1, texts.steps.documents)],
    ['signers-empty', `${empty}/signers`, (texts) => texts.stepOf(2, texts.steps.signers)],
    [
      'signers-with-mistakes',
      `${empty}/signers?check=yes`,
      (texts) => texts.stepOf(2, texts.steps.signers),
      { status: 422, has: errors },
    ],
    ['signers', `${full}/signers`, (texts) => texts.stepOf(2, texts.steps.signers)],
    [
      'information-with-mistakes',
      `${empty}/information?check=yes`,
      (texts) => texts.stepOf(3, texts.steps.information),
      { status: 422, has: errors },
    ],
    [
      'information-with-warning',
      `${full}/information`,
      (texts) => texts.stepOf(3, texts.steps.information),
      { has: (page, texts) => page.getByText(texts.looksPersonal) },
    ],
    [
      'summary-with-mistakes',
      `${empty}/summary`,
      (texts) => texts.stepOf(4, texts.steps.summary),
      { status: 422, has: errors },
    ],
    ['summary', `${full}/summary`, (texts) => texts.stepOf(4, texts.steps.summary)],
    [
      'summary-with-preview',
      post(`${full}/summary`, async (form) => {
        const loaded = form.waitForResponse((answer) => answer.url().includes('/files/'));
        await form.locator('summary').first().click();
        await loaded;
      }),
      (texts) => texts.stepOf(4, texts.steps.summary),
      { has: (page) => page.locator('details[open] iframe') },
    ],
    ['accessibility', '/accessibility', (texts) => texts.accessibility],
    ['not-found', '/nowhere', (texts) => texts.refusedTitle, refusedFor('NOT_FOUND')],
    ['malformed-address', '/jobs/%E0%A4%A', (texts) => texts.refusedTitle, refusedFor('INVALID_REQUEST')],
    ...livePages(portal, { waiting, title: long }),
  ];
}

/** The pages of account managers alone. */
function pagesOfManager(portal: PortalInABrowser): ShownPages {
  const post = byForm(portal);
  return [
    ['people', '/people', (texts) => texts.people],
    [
      'people-with-mistakes',
      post('/people', async (form) => {
        await form.locator('#emailAddress').fill(MANAGER);
        await form.locator('#lastDay').fill('2020-01-01');
        await form.locator('form[action="/people"] button').click();
        await form.locator('.ds-error-summary').waitFor();
      }),
      (texts) => texts.people,
      { has: errors },
    ],
    ['audit-log', '/audit', (texts) => texts.auditLog],
  ];
}

/** What an account manager may not do to the last other one whose role lasts, who uses the portal for another organisation too. */
async function refusalsOfPeople(
  portal: PortalInABrowser,
  page: Page,
  emailAddress: string,
): Promise<ShownPages> {
  await page.goto(`${portal.url}/people`);
  const forms = page.getByRole('row', { name: emailAddress }).locator('form');
  const action = (await forms.first().getAttribute('action')) ?? '';
  const other = /[0-9a-f-]{36}/u.exec(action)?.[0];
  const { organizationNumber } = portal.stack.sandbox().announcement;
  const role = 'update memberships set role = $1, ends_at = $2 where organization = $3 and person_id';
  const soon = new Date(Date.now() + 86_400_000);
  await onDatabase(portal, `${role} = $4`, ['ACCOUNT_MANAGER', null, organizationNumber, other]);
  await onDatabase(portal, `${role} <> $4`, ['ACCOUNT_MANAGER', soon, organizationNumber, other]);
  for (const statement of [
    "insert into memberships (person_id, organization, role) values ($1, $2, 'DOCUMENT_PROCESSOR')",
    "insert into audit (at, action, person_id, organization) values (now(), 'LOGGED_IN', $1, $2)",
  ]) {
    await onDatabase(portal, statement, [other, SECOND_ORGANIZATION]);
  }
  const orderOf = (what: 'end' | 'anew') =>
    byForm(portal)('/people', (form) => form.locator(`form[action$="${other}/${what}"] button`).click());
  return [
    [
      'people-refused-last-manager',
      orderOf('end'),
      (texts) => texts.refusedTitle,
      refusedFor('LAST_MANAGER'),
    ],
    [
      'people-refused-of-several-organizations',
      orderOf('anew'),
      (texts) => texts.refusedTitle,
      refusedFor('OF_SEVERAL_ORGANIZATIONS'),
    ],
  ];
}

/** Pages at which a live update has arrived, and one whose live updates have ended. */
function livePages(
  portal: PortalInABrowser,
  { waiting, title }: { readonly waiting: string; readonly title: string },
): ShownPages {
  const updated = { has: (page: Page) => page.locator('.portal-live:not(:empty)') };
  const withUpdate = (path: string) => async (page: Page) => {
    const first = page.waitForResponse((answer) => answer.url().includes('/live'));
    await page.goto(`${portal.url}${path}`);
    await first;
    // The page of the job asks the service for the deadline again.
    const change = "deadline = deadline + interval '1 minute', sent_at = sent_at - interval '1 minute'";
    await onDatabase(portal, `update jobs set ${change} where id = $1`, [waiting.replace('/jobs/', '')]);
  };
  return [
    ['waiting-updated', withUpdate('/waiting'), (texts) => texts.waiting, updated],
    ['job-updated', withUpdate(waiting), title, updated],
    [
      'job-not-updated-any-more',
      async (page) => {
        // As after a log-out in another tab.
        await page.route('**/live?*', (route) =>
          route.fulfill({ contentType: 'text/event-stream', body: 'event: end\ndata: {}\n\n' }),
        );
        await page.goto(`${portal.url}${waiting}`);
        await page.locator('.portal-live:not(:empty)').waitFor();
        await page.unroute('**/live?*');
      },
      title,
      { has: (page, texts) => page.getByText(texts.liveEnded) },
    ],
  ];
}
