import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** On a busy machine a browser takes many seconds to start, and a page as many to answer. */
const WITHIN_MS = 110_000;

/**
 * Starts headless Chromium, the one that is installed: `SIGNERING_CHROMIUM`, or the first on the PATH. In CI a missing
 * one fails the test, elsewhere it is skipped by name. Call it in a `before` or `it` that is a `function`, with its
 * `this`; close it afterwards.
 */
export async function openBrowser(context: Mocha.Context): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    const message = 'no Chromium is installed, so no browser sees the pages';
    if (process.env['CI'] !== undefined) throw new Error(`${message}; in CI it must be.`);
    const test = context.currentTest ?? context.test;
    if (test) test.title += ` [skipped: ${message}]`;
    return context.skip();
  }
  // As root Chromium starts without its sandbox only; it sees no page but our own.
  const chromiumSandbox = process.getuid?.() !== 0;
  return await chromium.launch({ executablePath, chromiumSandbox, timeout: WITHIN_MS });
}

/** Opens a page in a new browser context, which shares no cookies with others. */
export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WITHIN_MS);
  return await context.newPage();
}

/** What axe finds at WCAG 2.2 A and AA, a line for each thing; empty when there is nothing. */
export async function findAccessibilityProblems(page: Page): Promise<readonly string[]> {
  // A click before ends when the next page begins to arrive.
  await page.waitForLoadState();
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], iframes: false })`,
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html}`),
  );
}

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [process.env['SIGNERING_CHROMIUM'] ?? '', ...onPath].find(
    (path) => path !== '' && isExecutable(path),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
