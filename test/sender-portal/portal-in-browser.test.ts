import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  freePort,
  startPortalProcess,
  type SigneringProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { findAccessibilityProblems, openBrowser, openPage } from '../browser.js';
import { unzip } from '../document-package/zip-files.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { freshDatabase, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

const MANAGER = 'anne@example.com';

describe('the sender portal in a browser, on a real stack', () => {
  let browser: Browser;
  let stack: TestStack;
  let portal: SigneringProcess;
  let url: string;
  let env: NodeJS.ProcessEnv;
  before(async function () {
    browser = await openBrowser(this);
    const database = await freshDatabase(this);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    stack = await startTestStack({ senderPortalUrl: url });
    const { login, organizationNumber } = stack.sandbox().announcement;
    assert.ok(login !== undefined);
    env = {
      ...stack.env,
      SIGNERING_PORTAL_LISTEN: `127.0.0.1:${port}`,
      SIGNERING_PORTAL_URL: url,
      SIGNERING_PORTAL_DATABASE: database,
      SIGNERING_PORTAL_ISSUER: login.issuer,
      SIGNERING_PORTAL_CLIENT_ID: login.clientId,
      SIGNERING_PORTAL_CLIENT_SECRET: login.clientSecret,
      SIGNERING_PORTAL_MANAGERS: `${organizationNumber}=${MANAGER}`,
    };
    await stack.startWorker();
    portal = await startPortalProcess({ folder: join(stack.folder, 'portal'), env });
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (portal as SigneringProcess | undefined)?.stop(5000);
    await (stack as TestStack | undefined)?.stop();
  });

  /** A browser in which a person has logged in at the issuer. */
  async function logIn(emailAddress = MANAGER, locale = 'en-GB'): Promise<Page> {
    const page = await openPage(browser, { locale, acceptDownloads: true });
    await page.goto(url);
    await page.locator('#other').fill(emailAddress);
    await page.locator('#other').press('Enter');
    await page.waitForURL(`${url}/**`);
    return page;
  }

  const press = async (page: Page, name: string): Promise<void> =>
    await page.getByRole('button', { name, exact: true }).click();
  const heading = async (page: Page, name: string | RegExp): Promise<void> =>
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  const finds = async (page: Page, where: string): Promise<void> =>
    assert.deepEqual(await findAccessibilityProblems(page), [], where);
  const pdf = async (name = 'Lease.pdf') => ({
    name,
    mimeType: 'application/pdf',
    buffer: Buffer.from(await onePagePdf(name)),
  });

  it('gets a document signed: three steps, a summary, Waiting, Signed, and everything as one ZIP', async () => {
    const page = await logIn();
    await heading(page, 'Waiting');
    await finds(page, 'Waiting');
    await press(page, 'New job');
    await page.locator('#files').setInputFiles(await pdf());
    await page.getByText('1 page. Not PDF/A.').waitFor();
    await finds(page, 'documents');
    await press(page, 'Next');
    await heading(page, 'Step 2 of 4: Signers');
    await press(page, 'Next');
    await page.getByRole('link', { name: 'Write an email address or a mobile number.' }).waitFor();
    await finds(page, 'signers with a mistake');
    await press(page, 'I sign too');
    assert.equal(await page.locator('#signer-0-emailAddress').inputValue(), MANAGER);
    await press(page, 'Next');
    await page.getByLabel('Title of the front page').fill('Lease of the boathouse');
    await page.getByLabel('Your reference').fill('lease-1');
    await finds(page, 'information');
    await press(page, 'Next');
    await page.getByText('email, 5 days before the deadline').waitFor();
    await finds(page, 'summary');
    await press(page, 'Send for signing');
    await heading(page, 'Lease of the boathouse');
    await finds(page, 'job');
    const job = page.url();
    await page.goto(`${url}/waiting`);
    await page.getByRole('row', { name: /Lease of the boathouse lease-1/u }).waitFor();
    await signAtTheSandbox('lease-1');
    await waitFor(
      async () => {
        await page.goto(`${url}/signed`);
        return await page.getByRole('link', { name: 'Lease of the boathouse' }).isVisible();
      },
      { what: 'the job is among the signed ones' },
    );
    await page.goto(job);
    await finds(page, 'signed job');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download everything as ZIP' }).click();
    const zip = await readFile(await (await downloading).path());
    const names = (await unzip(zip)).map(({ name }) => name);
    assert.deepEqual([...names].sort(), ['job.json', 'signed.pdf', 'xades-1.xml']);
    for (const path of ['stopped', 'search', 'people', 'audit', 'accessibility', 'nowhere']) {
      await page.goto(`${url}/${path}`);
      await finds(page, path);
    }
    await page.context().close();
  });

  async function signAtTheSandbox(reference: string): Promise<void> {
    await waitFor(
      async () => {
        const job = (await stack.admin.jobs()).find((one) => one['reference'] === reference);
        if (job !== undefined) await stack.admin.act(job.signatureJobId, 1, 'sign');
        return job !== undefined;
      },
      { what: 'the job is at the service' },
    );
  }
});
