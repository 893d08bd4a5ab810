import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { REFUSALS, type RefusalReason } from '@signering/sender-portal/internal/portal-refusal.js';
import { TEXTS, type Texts } from '@signering/sender-portal/internal/texts/index.js';
import { findAccessibilityProblems } from '../browser.js';
import { MANAGER, pdfFile, press, type PortalInABrowser } from './portal-in-a-browser.js';

/** Each page is also kept as a picture in this folder. @default no pictures */
const PICTURES = process.env['SIGNERING_PORTAL_PICTURES'];

/** Languages and widths in which each page is looked at; the last ones for pictures alone. */
const VIEWS = [
  { language: 'en', width: 1280 },
  { language: 'nb', width: 390 },
  { language: 'nb', width: 1280 },
  { language: 'en', width: 390 },
  { language: 'nn', width: 390 },
] as const;
const CHECKED_VIEWS = 2;
const PHONE_WIDTH = 390;
const SEEN_WITHIN_MS = 60_000;

/** What a page is called, how a browser gets to it, its heading, and what else tells it from others. */
type ShownPage = readonly [
  name: string,
  show: string | ((page: Page) => Promise<void>),
  title: string | ((texts: Texts) => string),
  more?: {
    /** Of a page that is opened by its address. @default 200 */
    readonly status?: number;
    readonly has?: (page: Page, texts: Texts) => Locator;
  },
];
type ShownPages = readonly ShownPage[];

const errors = (page: Page): Locator => page.locator('.ds-error-summary');
const refusedFor = (reason: RefusalReason) => ({
  status: REFUSALS[reason],
  has: (page: Page, texts: Texts) => page.getByText(texts.refusals[reason]),
});

/**
 * Looks at every page of each role, those with mistakes and those without anything to show too: each is the expected one, axe
 * finds nothing, and nothing is wider than the window or a phone.
 */
export async function lookAtEveryPage(portal: PortalInABrowser, processor: string): Promise<void> {
  const ofManager = await portal.logIn();
  await portal.addProcessor(ofManager, processor);
  const pages = await pagesOfManager(portal, ofManager);
  await lookAt(portal, ofManager, pages);
  await ofManager.context().close();
  const ofProcessor = await portal.logIn(processor);
  await lookAt(portal, ofProcessor, [
    ['processor-stopped', '/stopped', (texts) => texts.stopped],
    ['processor-signed-empty', '/signed', (texts) => texts.signed],
    ['processor-refused-people', '/people', (texts) => texts.refusedTitle, refusedFor('ROLE_MISSING')],
    [
      'processor-foreign-job',
      pages.find(([name]) => name === 'job-waiting')?.[1] ?? '',
      (texts) => texts.refusedTitle,
      refusedFor('NOT_FOUND'),
    ],
  ]);
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

async function lookAt(portal: PortalInABrowser, page: Page, pages: ShownPages): Promise<void> {
  const views = PICTURES === undefined ? VIEWS.slice(0, CHECKED_VIEWS) : VIEWS;
  for (const [place, { language, width }] of views.entries()) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${portal.url}/language/${language}?back=/accessibility`);
    const texts = TEXTS[language];
    for (const [name, show, title, { status = 200, has } = {}] of pages) {
      const where = `${name}, ${language}, ${width} pixels`;
      if (typeof show === 'string') {
        const answer = await page.goto(`${portal.url}${show}`);
        assert.equal(answer?.status(), status, where);
      } else await show(page);
      const expected = typeof title === 'string' ? title : title(texts);
      for (const mark of [
        page.getByRole('heading', { level: 1, name: expected, exact: true }),
        has?.(page, texts),
      ]) {
        const seen = mark?.first().waitFor({ timeout: SEEN_WITHIN_MS });
        await assert.doesNotReject(seen ?? Promise.resolve(), `${where}: ${mark?.toString() ?? ''}`);
      }
      const lang = await page.locator('html').getAttribute('lang');
      assert.equal(lang, language, where);
      if (PICTURES !== undefined) {
        await mkdir(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${name}-${language}-${width}.png`), fullPage: true });
      }
      await fits(page, where);
      if (place < CHECKED_VIEWS) assert.deepEqual(await findAccessibilityProblems(page), [], where);
      if (width === PHONE_WIDTH) continue;
      await page.setViewportSize({ width: PHONE_WIDTH, height: 900 });
      await fits(page, `${where}, on a phone`);
      await page.setViewportSize({ width, height: 900 });
    }
  }
}

/** Nothing is wider than the window, and no cell of a table is kept from screen readers. */
async function fits(page: Page, where: string): Promise<void> {
  const beyond = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.ok(beyond <= 0, `${where}: ${beyond} pixels are wider than the window`);
  const lost = await page.evaluate<number>(
    "[...document.querySelectorAll('table td')].filter((cell) => getComputedStyle(cell).display === 'none').length",
  );
  assert.equal(lost, 0, `${where}: cells without a place in their table`);
}

/** The pages of an account manager, with jobs and drafts in every state. */
async function pagesOfManager(portal: PortalInABrowser, page: Page): Promise<ShownPages> {
  const send = async (title: string, reference: string, signers = 1): Promise<string> => {
    const draft = await portal.writeDraft(page, { title, reference, signers });
    await press(page, 'Send for signing');
    return draft.replace('/drafts/', '/jobs/');
  };
  const long = 'Agreement on the lease of premises at Storgata 17, with all of its appendices';
  const waiting = await send(long, 'reference-with-many-letters-in-it-that-is-long-50', 3);
  const stopped = await send('Contract that was rejected', 'stopped-1');
  const signed = await send('Signed by all', 'signed-1');
  await portal.actAtTheSandbox('stopped-1', 'reject');
  await portal.actAtTheSandbox('signed-1', 'sign');
  await portal.seen(page, stopped, (job) => job.getByRole('button', { name: 'Send again' }));
  await portal.seen(page, signed, (job) => job.getByText('Download everything as ZIP'));
  await page.goto(`${portal.url}/waiting`);
  await press(page, 'New job');
  const empty = new URL(page.url()).pathname.replace(/\/documents$/u, '');
  const full = await portal.writeDraft(page, { title: long, signers: 3 });
  await page.goto(`${portal.url}${full}/information`);
  await page.locator('#notificationText').fill('Call 912 34 567 about 010170 12345');
  await press(page, 'Next');
  const post = (path: string, fill: (form: Page) => Promise<void>) => async (form: Page) => {
    await form.goto(`${portal.url}${path}`);
    await fill(form);
    await form.waitForLoadState();
  };
  return [
    ['waiting', '/waiting', (texts) => texts.waiting],
    ['stopped', '/stopped', (texts) => texts.stopped],
    ['signed', '/signed', (texts) => texts.signed],
    ['search', '/search', (texts) => texts.search],
    [
      'search-found',
      post('/search', async (form) => {
        await form.locator('#kind').selectOption('REFERENCE');
        await form.locator('#text').fill('signed-1');
        await form.locator('main button').click();
      }),
      (texts) => texts.search,
      { has: (page) => page.getByRole('row', { name: /signed-1/u }) },
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
    ['batches', '/batches', (texts) => texts.batches.title],
    ['batch-new', full.replace('/drafts/', '/batches/new?draft='), (texts) => texts.batches.newBatch],
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
    ['accessibility', '/accessibility', (texts) => texts.accessibility],
    ['not-found', '/nowhere', (texts) => texts.refusedTitle, refusedFor('NOT_FOUND')],
  ];
}
