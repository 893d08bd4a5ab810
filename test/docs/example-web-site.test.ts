import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SigneringProcess } from '@signering/dev-stack/internal/processes/index.js';
import { findAccessibilityProblems, openBrowser, openPage } from '../browser.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { evidenceOf, jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import { startTestStack, type TestStack } from '../fixtures/index.js';
import { startExample, type ExampleProcess } from './example-process.js';

/** How long a worker may take to end, in milliseconds. */
const GRACE_MS = 20_000;

describe('docs/examples/web-site', () => {
  let browser: Browser;
  let stack: TestStack;
  let example: ExampleProcess;
  let worker: SigneringProcess;
  let contexts: BrowserContext[] = [];

  before(async function () {
    browser = await openBrowser(this);
    stack = await startTestStack();
    worker = await stack.startWorker();
    const file = join(stack.folder, 'agreement.pdf');
    await writeFile(file, await onePagePdf('Agreement on a garage'));
    const announcement = /^Open (http:\S+)\/ /u;
    example = await startExample({
      source: 'docs/examples/web-site/main.ts',
      args: [file],
      stack,
      announcement,
    });
  });
  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
  });
  after(async () => {
    await (example as ExampleProcess | undefined)?.stop();
    await (browser as Browser | undefined)?.close();
    await (stack as TestStack | undefined)?.stop();
  });

  const openSite = async (): Promise<Page> => {
    const page = await openPage(browser, { locale: 'en-GB' });
    contexts.push(page.context());
    return page;
  };
  /** Waits for a page of the site with that heading: some of the service's pages have the same. */
  const reaches = async (page: Page, heading: string, path = '/agreement'): Promise<void> => {
    await page.waitForURL(`${example.announced}${path}`);
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    assert.deepEqual(await findAccessibilityProblems(page), [], heading);
  };
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const sign = async (page: Page): Promise<void> => {
    await page.locator('#consent').check();
    await press(page, 'Sign');
  };
  const logIn = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${example.announced}/`);
    await reaches(page, 'Log in', '/');
    await press(page, name);
  };
  const urlsWith = (page: Page, part: string): readonly string[] => {
    const urls: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes(part)) urls.push(request.url());
    });
    return urls;
  };
  const statusOfCopy = async (page: Page): Promise<number> =>
    (await page.request.get(`${example.announced}/agreement/signed.pdf`)).status();
  const downloadCopy = async (page: Page): Promise<string> => {
    const link = page.getByRole('link', { name: 'Download your signed copy' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    return createHash('sha256')
      .update(await readFile(await download.path()))
      .digest('hex');
  };
  const onlyJob = async (reference: string) => {
    const [id = '', ...others] = await jobIdsOf(stack.admin, reference);
    assert.deepEqual(others, []);
    return await evidenceOf(stack.admin, id);
  };

  it('lets a customer sign whose first try failed and who then closed the window, and download the copy', async () => {
    const page = await openSite();
    const redirectUrls = urlsWith(page, '/redirect/');
    await logIn(page, 'Kari Nordmann');
    await reaches(page, 'Your agreement');
    assert.equal(await statusOfCopy(page), 404);

    await press(page, 'Sign');
    await press(page, 'Let the signing fail');
    await reaches(page, 'The signing failed');
    await press(page, 'Sign again');
    await page.locator('#consent').waitFor();
    await page.close();

    const stranger = await openSite();
    await stranger.goto(redirectUrls.at(-1)!);
    assert.equal(await stranger.locator('#consent').count(), 0, 'a redirect URL works twice');

    const next = await openSite();
    const freshUrls = urlsWith(next, '/redirect/');
    await logIn(next, 'Kari Nordmann');
    await reaches(next, 'The signing failed');
    await press(next, 'Sign again');
    await sign(next);
    await next.getByRole('link', { name: 'Download your signed copy' }).waitFor();
    await reaches(next, 'You have signed');
    assert.ok(!redirectUrls.includes(freshUrls[0]!), 'the redirect URL is not fresh');

    const { pades } = await onlyJob('garage/1001/1');
    assert.equal(await downloadCopy(next), pades?.sha256);
  });

  it('gives a signed copy only to its signer', async () => {
    const other = await openSite();
    await logIn(other, 'Per Hansen');
    await reaches(other, 'Your agreement');
    assert.equal(await statusOfCopy(other), 404);
    const outsider = await openSite();
    await outsider.goto(`${example.announced}/agreement/signed.pdf`);
    await reaches(outsider, 'Log in', '/');
  });

  it('offers a new agreement to who declined, and stays right with the back button and reloads', async () => {
    const page = await openSite();
    await logIn(page, 'Per Hansen');
    await press(page, 'Sign');
    await press(page, 'Reject');
    await page.getByRole('button', { name: 'Ask for a new agreement' }).waitFor();
    await reaches(page, 'You have declined');
    await press(page, 'Ask for a new agreement');
    await reaches(page, 'Your agreement');

    const exits = urlsWith(page, 'status_query_token');
    await press(page, 'Sign');
    await sign(page);
    await page.getByRole('link', { name: 'Download your signed copy' }).waitFor();
    await reaches(page, 'You have signed');

    // Back in the ceremony, which is over and leads to the site once more.
    await page.goBack();
    await page.getByRole('link', { name: 'Back to the sender' }).click();
    await reaches(page, 'You have signed');
    await page.goto(exits[0]!);
    await reaches(page, 'You have signed');
    await page.reload();
    await reaches(page, 'You have signed');
    assert.deepEqual([exits.length, new Set(exits).size], [3, 1]);

    const { pades } = await onlyJob('garage/1002/2');
    assert.equal(await downloadCopy(page), pades?.sha256);
    assert.match(example.log(), /^garage\/1002\/1: REJECTED\ngarage\/1002\/2: SIGNED$/mu);
  });

  it('says what to do to a customer who signed and never came back, and asks for no second signature', async () => {
    const page = await openSite();
    await logIn(page, 'Berit Olsen');
    await press(page, 'Sign');
    await page.locator('#consent').waitFor();
    const { signatureJobId: id } = await onlyJob('garage/1003/1');
    await stack.admin.act(id, 1, 'sign');
    await page.goto(`${example.announced}/agreement`);
    await reaches(page, 'You have not signed yet');
    await press(page, 'Sign again');
    await reaches(page, 'That did not work', '/sign');
    assert.match(await page.locator('main').innerText(), /signed or declined already/u);
    assert.match(example.log(), /^SIGNER_NOT_WAITING: /mu);
    assert.doesNotMatch(example.log(), /\d{11}/u);
  });

  it('has the browser come again by itself while no worker runs, and then shows the outcome', async () => {
    const page = await openSite();
    const exits = urlsWith(page, 'status_query_token');
    await logIn(page, 'Ola Lie');
    await press(page, 'Sign');
    await page.locator('#consent').waitFor();
    await worker.stop(GRACE_MS);
    await sign(page);
    await page.getByRole('heading', { name: 'That did not work' }).waitFor();
    assert.match(await page.locator('main').innerText(), /nothing is lost/u);
    worker = await stack.startWorker();
    await page.getByRole('link', { name: 'Download your signed copy' }).waitFor({ timeout: 60_000 });
    await reaches(page, 'You have signed');
    assert.equal(new Set(exits).size, 1);
    assert.match(example.log(), /^WORKER_UNAVAILABLE: /mu);
    assert.match(example.log(), /^garage\/1004\/1: SIGNED$/mu);
  });

  it('is in Norwegian unless the browser asks for English', async () => {
    const page = await openPage(browser, { locale: 'nb-NO' });
    contexts.push(page.context());
    await page.goto(`${example.announced}/`);
    await reaches(page, 'Logg inn', '/');
    assert.equal(await page.locator('html').getAttribute('lang'), 'nb');
    await press(page, 'Ola Lie');
    await page.waitForURL(`${example.announced}/agreement`);
    assert.match(await page.locator('main').innerText(), /Logget inn som Ola Lie\./u);
  });
});
