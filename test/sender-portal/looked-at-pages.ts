import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Locator, Page } from 'playwright-core';
import { REFUSALS, type RefusalReason } from '@signering/sender-portal/internal/portal-refusal.js';
import { TEXTS, type Texts } from '@signering/sender-portal/internal/texts/index.js';
import { findAccessibilityProblems } from '../browser.js';
import type { PortalInABrowser } from './portal-in-a-browser.js';

/** Each page is also kept as a picture in this folder. @default no pictures */
const PICTURES = process.env['SIGNERING_PORTAL_PICTURES'];

/** In which every page is looked at, in milliseconds: about 150 of them, and waiting for each has its own limit. */
export const EVERY_PAGE_WITHIN_MS = 1_800_000;

/** Languages and widths in which pages are looked at. */
const VIEWS = {
  'en-1280': { language: 'en', width: 1280 },
  'nb-390': { language: 'nb', width: 390 },
  'nb-1280': { language: 'nb', width: 1280 },
  'en-390': { language: 'en', width: 390 },
  'nn-390': { language: 'nn', width: 390 },
} as const;
type View = keyof typeof VIEWS;
const ALL_VIEWS: readonly View[] = ['en-1280', 'nb-390', 'nb-1280', 'en-390', 'nn-390'];
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
export type ShownPages = readonly ShownPage[];

export const errors = (page: Page): Locator => page.locator('.ds-error-summary');
export const refusedFor = (reason: RefusalReason) => ({
  status: REFUSALS[reason],
  has: (page: Page, texts: Texts) => page.getByText(texts.refusals[reason]),
});

/** Changes the database, as another process of the portal does. */
export async function onDatabase(
  { databaseUrl }: PortalInABrowser,
  statement: string,
  values: readonly unknown[],
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(statement, [...values]);
    assert.equal(rowCount, 1);
  } finally {
    await client.end();
  }
}

/** How a browser gets to a page that answers a form: what the page has tells when it is there. */
export function byForm({ url }: PortalInABrowser) {
  return (path: string, fill: (form: Page) => Promise<void>) => async (form: Page) => {
    await form.goto(`${url}${path}`);
    await fill(form);
    await form.waitForLoadState();
  };
}

/** Looks at pages in some views; when pictures are kept, in each. */
export async function lookAt(
  portal: PortalInABrowser,
  page: Page,
  pages: ShownPages,
  checked: readonly View[] = ['nb-1280', 'en-390'],
): Promise<void> {
  for (const view of PICTURES === undefined ? checked : ALL_VIEWS) {
    const { language, width } = VIEWS[view];
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
      if (checked.includes(view)) assert.deepEqual(await findAccessibilityProblems(page), [], where);
      if (width === PHONE_WIDTH) continue;
      await page.setViewportSize({ width: PHONE_WIDTH, height: 900 });
      await fits(page, `${where}, on a phone`);
      await page.setViewportSize({ width, height: 900 });
    }
  }
}

/** Nothing is wider than the window, also no table, and no cell of a table is kept from screen readers. */
async function fits(page: Page, where: string): Promise<void> {
  const beyond = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.ok(beyond <= 0, `${where}: ${beyond} pixels are wider than the window`);
  const scrolled = await page.evaluate<number>(
    "[...document.querySelectorAll('.portal-scroll')].filter((table) => table.scrollWidth > table.clientWidth).length",
  );
  assert.equal(scrolled, 0, `${where}: a table whose last columns are out of sight`);
  const lost = await page.evaluate<number>(
    "[...document.querySelectorAll('table td')].filter((cell) => getComputedStyle(cell).display === 'none').length",
  );
  assert.equal(lost, 0, `${where}: cells without a place in their table`);
}
