import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
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

/** What a page is called, and how a browser gets to it. */
type ShownPages = readonly (readonly [name: string, show: string | ((page: Page) => Promise<void>)])[];

/**
 * Looks at every page of each role, those with mistakes and those without anything to show too: axe finds nothing, and nothing
 * is wider than the window.
 */
export async function lookAtEveryPage(portal: PortalInABrowser, processor: string): Promise<void> {
  const ofManager = await portal.logIn();
  await portal.addProcessor(ofManager, processor);
  const pages = await pagesOfManager(portal, ofManager);
  await lookAt(portal, ofManager, pages);
  await ofManager.context().close();
  const ofProcessor = await portal.logIn(processor);
  await lookAt(portal, ofProcessor, [
    ['processor-stopped', '/stopped'],
    ['processor-signed-empty', '/signed'],
    ['processor-refused-people', '/people'],
    ['processor-foreign-job', pages.find(([name]) => name === 'job-waiting')?.[1] ?? ''],
  ]);
  await ofProcessor.locator('form[action="/logout"] button').click();
  await lookAt(portal, ofProcessor, [
    ['logged-out', '/logged-out'],
    ['accessibility-without-log-in', '/accessibility'],
    ['log-in-not-begun-here', '/login/callback?code=x&state=y'],
  ]);
  await ofProcessor.context().close();
}

async function lookAt(portal: PortalInABrowser, page: Page, pages: ShownPages): Promise<void> {
  const views = PICTURES === undefined ? VIEWS.slice(0, CHECKED_VIEWS) : VIEWS;
  for (const [place, { language, width }] of views.entries()) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${portal.url}/language/${language}?back=/accessibility`);
    for (const [name, show] of pages) {
      if (typeof show === 'string') await page.goto(`${portal.url}${show}`);
      else await show(page);
      const where = `${name}, ${language}, ${width} pixels`;
      const lang = await page.locator('html').getAttribute('lang');
      assert.equal(lang, language, where);
      if (PICTURES !== undefined) {
        await mkdir(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${name}-${language}-${width}.png`), fullPage: true });
      }
      const beyond = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.ok(beyond <= 0, `${where}: ${beyond} pixels are wider than the window`);
      if (place < CHECKED_VIEWS) assert.deepEqual(await findAccessibilityProblems(page), [], where);
    }
  }
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
    ['waiting', '/waiting'],
    ['stopped', '/stopped'],
    ['signed', '/signed'],
    ['search', '/search'],
    [
      'search-found',
      post('/search', async (form) => {
        await form.locator('#kind').selectOption('REFERENCE');
        await form.locator('#text').fill('signed-1');
        await form.locator('main button').click();
      }),
    ],
    [
      'search-found-nothing',
      post('/search', async (form) => {
        await form.locator('#text').fill('nothing');
        await form.locator('main button').click();
      }),
    ],
    ['job-waiting', waiting],
    ['job-stopped', stopped],
    ['job-signed', signed],
    [
      'job-cancel-with-mistake',
      post(waiting, async (form) => {
        await form.locator('form[action$="/cancel"] button').click();
      }),
    ],
    ['documents-empty', `${empty}/documents`],
    ['documents-with-mistakes', `${empty}/documents?check=yes`],
    [
      'documents-refused-file',
      post(`${empty}/documents`, async (form) => {
        await form
          .locator('#files')
          .setInputFiles({ ...(await pdfFile('bad.pdf')), buffer: Buffer.from('no PDF') });
        await form.locator('#files-problem').waitFor();
      }),
    ],
    ['documents', `${full}/documents`],
    ['signers-empty', `${empty}/signers`],
    ['signers-with-mistakes', `${empty}/signers?check=yes`],
    ['signers', `${full}/signers`],
    ['information-with-mistakes', `${empty}/information?check=yes`],
    ['information-with-warning', `${full}/information`],
    ['summary-with-mistakes', `${empty}/summary`],
    ['summary', `${full}/summary`],
    [
      'summary-with-preview',
      post(`${full}/summary`, async (form) => {
        const loaded = form.waitForResponse((answer) => answer.url().includes('/files/'));
        await form.locator('summary').first().click();
        await loaded;
      }),
    ],
    ['people', '/people'],
    [
      'people-with-mistakes',
      post('/people', async (form) => {
        await form.locator('#emailAddress').fill(MANAGER);
        await form.locator('#lastDay').fill('2020-01-01');
        await form.locator('form[action="/people"] button').click();
        await form.locator('.ds-error-summary').waitFor();
      }),
    ],
    ['audit-log', '/audit'],
    ['accessibility', '/accessibility'],
    ['not-found', '/nowhere'],
  ];
}
