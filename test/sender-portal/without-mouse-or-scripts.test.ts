import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../fixtures/index.js';
import { checkTable, orderByKeyboard } from './batch-pages.js';
import {
  hasKeyboard,
  heading,
  keyAt,
  pdfFile,
  PortalInABrowser,
  press,
  SECOND_ORGANIZATION,
  tabTo,
} from './portal-in-a-browser.js';

const PROCESSOR = 'bjorn@example.com';
/** In which the role ends that {@link writePerson} writes. */
const LAST_YEAR = new Date().getUTCFullYear() + 5;

describe('the sender portal without a mouse or without scripts, on a real stack', () => {
  let portal: PortalInABrowser;
  before(async function () {
    portal = await PortalInABrowser.start(this);
  });
  after(async () => {
    await (portal as PortalInABrowser | undefined)?.stop();
  });

  it('takes a document processor from log-in to Send, Cancel and Send again, by the keyboard alone', async () => {
    const manager = await portal.logIn();
    await keyAt(manager, 'link', 'People');
    await keyAt(manager, 'textbox', 'Email address', [PROCESSOR]);
    await keyAt(manager, 'button', 'Save');
    await manager.getByRole('cell', { name: PROCESSOR, exact: true }).waitFor();
    await manager.context().close();

    const page = await portal.logIn(PROCESSOR);
    await page.getByText('No jobs here.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await hasKeyboard(page, 'content');
    await page.reload();
    await keyAt(page, 'button', 'New job');
    await heading(page, 'Step 1 of 4: Documents');
    const choosing = page.waitForEvent('filechooser');
    await tabTo(page, page.locator('#files'));
    await page.keyboard.press('Space');
    await (await choosing).setFiles([await pdfFile('Contract.pdf')]);
    await page.getByText('1 page. Not PDF/A.').waitFor();
    await keyAt(page, 'radio', /^Without identity number/u, ['ArrowDown', 'ArrowUp']);
    await keyAt(page, 'button', 'Next');
    await keyAt(page, 'button', 'I sign too');
    await page.waitForURL(/#signer-1$/u);
    await keyAt(page, 'button', 'Add a signer');
    await page.waitForURL(/#signer-2$/u);
    await tabTo(page, page.locator('#signer-1-emailAddress'));
    await page.keyboard.type('second@example.com');
    await keyAt(page, 'button', 'Move up signer 2', ['Space']);
    await page
      .getByRole('status')
      .getByText('The signer is now at place 1 of 2.')
      .waitFor({ state: 'attached' });
    assert.equal(await page.locator('#signer-0-emailAddress').inputValue(), 'second@example.com');
    await hasKeyboard(page, 'signer-1');
    await keyAt(page, 'checkbox', /one after another/u, ['Space']);
    await keyAt(page, 'button', 'Next');
    await heading(page, 'Step 3 of 4: Information');
    await tabTo(page, page.getByLabel('Title on the front page'));
    await page.keyboard.type('Contract');
    await tabTo(page, page.getByLabel('Your reference'));
    await page.keyboard.type('keyboard-1');
    await page.keyboard.press('Enter');
    await heading(page, 'Step 4 of 4: Summary');
    await tabTo(page, page.locator('summary'));
    await page.keyboard.press('Enter');
    await page.locator('details[open] iframe').waitFor();
    await page.keyboard.press('Space');
    await keyAt(page, 'button', 'Send for signing');
    await heading(page, 'Contract');
    await portal.seen(page, new URL(page.url()).pathname, (job) => job.getByText('Waiting for signers'));
    await keyAt(page, 'textbox', /^Reason/u, ['The wrong contract']);
    const path = new URL(page.url()).pathname;
    const cancelled = page.waitForResponse((answer) => answer.url().endsWith('/cancel'));
    await keyAt(page, 'button', 'Cancel the job', ['Space']);
    assert.equal((await cancelled).status(), 303);
    await portal.seen(page, path, (job) => job.getByRole('button', { name: 'Send again' }));
    await keyAt(page, 'button', 'Send again');
    await heading(page, 'Step 1 of 4: Documents');
    await page.goto(`${portal.url}${path}`);
    const replacement = page.getByRole('listitem').filter({ hasText: 'Draft to send it again' });
    await tabTo(page, replacement.getByRole('link'));
    await page.keyboard.press('Enter');
    for (const step of ['Step 1 of 4: Documents', 'Step 2 of 4: Signers', 'Step 3 of 4: Information']) {
      await heading(page, step);
      await keyAt(page, 'button', 'Next');
    }
    await heading(page, 'Step 4 of 4: Summary');
    await keyAt(page, 'button', 'Send for signing');
    await page.getByText('Replaces').waitFor();
    await portal.seen(page, path, (job) => job.getByText('Sent again as'));
    await waitFor(
      async () => {
        const { admin } = portal.stack;
        const jobs = (await admin.jobs()).filter(({ title }) => title === 'Contract');
        const statuses = await Promise.all(
          jobs.map(async (job) => (await admin.job(job.signatureJobId)).status),
        );
        return statuses.sort().join() === 'FAILED,IN_PROGRESS';
      },
      { what: 'the service has the cancelled job and the one that replaces it' },
    );
    await keyAt(page, 'link', 'Search');
    await tabTo(page, page.getByLabel('Search for', { exact: true }));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await keyAt(page, 'textbox', /^Text to search for/u, ['second@example.com', 'Enter']);
    await page.getByText('Found 2 jobs.').waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Contract', exact: true }).first());
    await page.keyboard.press('Enter');
    await heading(page, 'Contract');
    await keyAt(page, 'button', 'Log out');
    await heading(page, 'You are logged out');
    await page.context().close();
  });

  it('takes an account manager to downloads, people, the audit log and another organisation, by the keyboard alone', async () => {
    const page = await portal.logIn();
    await portal.writeDraft(page, { title: 'Downloads', reference: 'downloads-1' });
    await press(page, 'Send for signing');
    await heading(page, 'Downloads');
    await portal.actAtTheSandbox('downloads-1', 'sign');
    const ofJob = (overview: Page) => overview.getByRole('link', { name: 'Downloads', exact: true });
    await portal.seen(page, '/signed', ofJob);
    await enter(page, ofJob(page));
    await heading(page, 'Downloads');
    for (const [name, file] of [
      ['Signed PDF (PAdES)', 'downloads-1-signed.pdf'],
      [/^Signature \(XAdES\)/u, 'downloads-1-xades-1.xml'],
      ['Receipt', 'downloads-1-receipt.json'],
      ['Download everything as ZIP', 'downloads-1.zip'],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await keyAt(page, 'link', name);
      assert.equal((await downloading).suggestedFilename(), file);
    }
    await keyAt(page, 'link', 'Stopped');
    await heading(page, 'Stopped');

    await keyAt(page, 'link', 'People');
    await writePerson(page, ['ArrowDown']);
    const row = page.getByRole('row', { name: PROCESSOR });
    await row.getByText('Account manager: all jobs and people').waitFor();
    await row.getByText(`12 Dec ${LAST_YEAR}`).waitFor();
    await writePerson(page);
    await row.getByText('Document processor: own jobs').waitFor();
    const other = await portal.logIn(PROCESSOR);
    await heading(other, 'Waiting');
    await other.context().close();
    await page.reload();
    await keyAt(page, 'button', /^Recognise by email again: /u);
    await row.getByText('Has not logged in yet').waitFor();
    await keyAt(page, 'button', /^End the role: /u);
    await row.waitFor({ state: 'detached' });

    await keyAt(page, 'link', 'Audit log');
    await page.getByRole('cell', { name: 'Ended a role' }).waitFor();
    await enter(page, page.getByRole('link', { name: 'downloads-1' }).first());
    await heading(page, 'Downloads');

    await keyAt(page, 'combobox', 'Organisation', ['ArrowDown']);
    await keyAt(page, 'button', 'Change organisation');
    await page.getByText('No jobs here.').waitFor();
    assert.equal(await page.locator('#organization').inputValue(), SECOND_ORGANIZATION);
    await keyAt(page, 'link', 'Accessibility statement');
    await heading(page, 'Accessibility statement');
    await keyAt(page, 'link', 'Nynorsk');
    await page.locator('html[lang=nn]').waitFor();
    await page.context().close();
  });

  it('takes a batch from its table to Send, Pause, Continue and Cancel, by the keyboard alone', async () => {
    const page = await portal.logIn();
    const draft = await portal.writeDraft(page, { title: 'Lease at {{address}}', signers: 0 });
    // Nothing is sent before Cancel.
    await portal.killWorker();
    const path = await checkTable(portal, page, draft, [
      ['by-keyboard-1', 'a@example.com', 'Storgata 17'],
      ['by-keyboard-2', 'b@example.com', 'Storgata 19'],
    ]);
    const shows = (text: string) =>
      portal.seen(page, path, (batch) => batch.getByRole('heading', { name: text }));
    await orderByKeyboard(page, path, 'send', 'Send 2 jobs');
    await shows('Being sent, or waiting for signers');
    await orderByKeyboard(page, path, 'pause', 'Pause the sending');
    await shows('Paused');
    await orderByKeyboard(page, path, 'resume', 'Continue sending');
    await shows('Being sent, or waiting for signers');
    await enter(page, page.locator('main summary'));
    await keyAt(page, 'textbox', /^Reason/u, ['The wrong table']);
    await keyAt(page, 'checkbox', /sent/u, ['Space']);
    await orderByKeyboard(page, path, 'cancel', 'Cancel the batch');
    await portal.startWorker();
    await shows('Cancelled');
    // The worker has seen both rows.
    await portal.seen(page, path, (batch) => batch.getByRole('cell', { name: 'Withdrawn' }).nth(1));
    const downloading = page.waitForEvent('download');
    await keyAt(page, 'link', 'Download the result of all rows (CSV)');
    assert.match((await downloading).suggestedFilename(), /\.csv$/u);
    const jobs = await portal.stack.admin.jobs();
    assert.ok(jobs.every(({ reference }) => !String(reference).startsWith('by-keyboard-')));
    await page.context().close();
  });

  it('gets a document signed in a browser that runs no scripts', async () => {
    const page = await portal.logIn(undefined, { javaScriptEnabled: false });
    await press(page, 'New job');
    await page.locator('#files').setInputFiles(await pdfFile('Without scripts.pdf'));
    await press(page, 'Upload');
    await page.getByText('1 page. Not PDF/A.').waitFor();
    await press(page, 'Next');
    await press(page, 'I sign too');
    await press(page, 'Add a signer');
    await page.locator('#signer-1-emailAddress').fill('second@example.com');
    await press(page, 'Move up signer 2');
    await page.getByText('The signer is now at place 1 of 2.').waitFor({ state: 'attached' });
    assert.equal(await page.locator('#signer-0-emailAddress').inputValue(), 'second@example.com');
    assert.equal(await page.locator('[data-drag-handle]:visible').count(), 0);
    await press(page, 'Remove signer 1');
    await press(page, 'Next');
    await page.getByLabel('Title on the front page').fill('Without scripts');
    await page.getByLabel('Your reference').fill('no-scripts-1');
    await press(page, 'Next');
    await heading(page, 'Step 4 of 4: Summary');
    await page.locator('main summary').first().click();
    const preview = page.getByRole('link', { name: 'Open Without scripts in a new tab' });
    const document = await page.request.get(`${portal.url}${(await preview.getAttribute('href')) ?? ''}`);
    assert.equal(document.headers()['content-type'], 'application/pdf');
    await press(page, 'Send for signing');
    await heading(page, 'Without scripts');
    await portal.actAtTheSandbox('no-scripts-1', 'sign');
    await portal.seen(page, '/signed', (signed) => signed.getByRole('row', { name: /no-scripts-1/u }));
    await page.context().close();
  });
});

async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/**
 * Writes a role into the form of *People*, until a day that is typed alike whether days or months come first.
 * @param keys that choose another role than document processor, which the form has chosen
 */
async function writePerson(page: Page, keys: readonly string[] = []): Promise<void> {
  await keyAt(page, 'textbox', 'Email address', [PROCESSOR]);
  await page.keyboard.press('Tab');
  for (const key of keys) await page.keyboard.press(key);
  await tabTo(page, page.locator('#lastDay'));
  await page.keyboard.type(`1212${LAST_YEAR}`);
  await keyAt(page, 'button', 'Save');
}
