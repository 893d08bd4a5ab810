import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems, openPage } from '../browser.js';
import { unzip } from '../document-package/zip-files.js';
import { formsOf } from '../end-to-end/personal-data.js';
import { lookAtEveryPage } from './every-page.js';
import { seeInterruption, seeUpdates } from './live-pages.js';
import { EVERY_PAGE_WITHIN_MS } from './looked-at-pages.js';
import {
  heading,
  MANAGER,
  pdfFile,
  PortalInABrowser,
  press,
  SECOND_ORGANIZATION,
  seesFirstPage,
} from './portal-in-a-browser.js';
import { writeAndCancelJob } from './written-job.js';

const PROCESSOR = 'bjorn@example.com';

describe('the sender portal in a browser, on a real stack', () => {
  let portal: PortalInABrowser;
  before(async function () {
    portal = await PortalInABrowser.start(this);
  });
  after(async () => {
    await (portal as PortalInABrowser | undefined)?.stop();
  });

  const finds = async (page: Page, where: string): Promise<void> =>
    assert.deepEqual(await findAccessibilityProblems(page), [], where);

  it('gets a document signed: three steps, a summary, Waiting, Signed, and everything as one ZIP', async () => {
    const page = await portal.logIn();
    await heading(page, 'Waiting');
    await finds(page, 'Waiting');
    await press(page, 'New job');
    await heading(page, 'Step 1 of 4: Documents');
    const { buffer } = await pdfFile('Lease.pdf');
    const dataTransfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${buffer.toString('base64')}'), (letter) => letter.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([bytes], 'Lease.pdf', { type: 'application/pdf' }));
      return dropped;
    })()`);
    await page.dispatchEvent('[data-drop-files]', 'drop', { dataTransfer });
    await page.getByText('1 page. Not PDF/A.').waitFor();
    await finds(page, 'documents');
    await press(page, 'Next');
    await heading(page, 'Step 2 of 4: Signers');
    await press(page, 'Next');
    await page.getByRole('link', { name: 'Signer 1: Write an email address or a mobile number.' }).waitFor();
    await finds(page, 'signers with a mistake');
    await press(page, 'I sign too');
    assert.equal(await page.locator('#signer-0-emailAddress').inputValue(), MANAGER);
    await press(page, 'Next');
    await page.getByLabel('Title on the front page').fill('Lease of the boathouse');
    await page.getByLabel('Your reference').fill('lease-1');
    await finds(page, 'information');
    await press(page, 'Next');
    await page.getByText('email, 5 days before the deadline').waitFor();
    await seesFirstPage(page, 'Lease');
    await finds(page, 'summary');
    await press(page, 'Send for signing');
    await heading(page, 'Lease of the boathouse');
    await seesFirstPage(page, 'Lease');
    await page.getByText('The deadline cannot be extended, nor an extra reminder sent, from here').waitFor();
    const { pagesUrl } = portal.stack.sandbox().announcement;
    assert.equal(
      await page.getByRole('link', { name: new URL(pagesUrl).host }).getAttribute('href'),
      pagesUrl,
    );
    await finds(page, 'job');
    const job = new URL(page.url()).pathname;
    const row = /Lease of the boathouse lease-1.*signer\s1/u;
    await portal.seen(page, '/waiting', (waiting) => waiting.getByRole('row', { name: row }));
    await portal.actAtTheSandbox('lease-1', 'sign');
    await portal.seen(page, '/signed', (signed) =>
      signed.getByRole('link', { name: 'Lease of the boathouse' }),
    );
    await page.goto(`${portal.url}${job}`);
    await finds(page, 'signed job');
    const zip = await readFile(await download(page, 'Download everything as ZIP'));
    const files = new Map((await unzip(zip)).map(({ name, content }) => [name, content]));
    assert.deepEqual([...files.keys()].sort(), ['receipt.json', 'signed.pdf', 'xades-1.xml']);
    const receipt = JSON.parse(files.get('receipt.json')?.toString('utf8') ?? '') as Record<string, unknown>;
    assert.deepEqual([receipt['reference'], receipt['outcome']], ['lease-1', 'SIGNED']);
    assert.deepEqual(await readFile(await download(page, 'Receipt')), files.get('receipt.json'));
    await page.context().close();
  });

  it('updates its pages by itself, leaves alone what has the keyboard, and emails the person who made the job', () =>
    seeUpdates(portal));

  it('says once that updates are interrupted, while its stream cannot be opened again', () =>
    seeInterruption(portal));

  async function download(page: Page, name: string): Promise<string> {
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    return await (await downloading).path();
  }

  it('orders signers by drag with mouse and finger, and says the new place', async () => {
    const page = await portal.logIn(MANAGER, { hasTouch: true, viewport: { width: 1280, height: 1800 } });
    await portal.writeDraft(page, { title: 'Order', signers: 3 });
    await page.getByRole('link', { name: 'Signers', exact: true }).click();
    await heading(page, 'Step 2 of 4: Signers');
    const addresses = () =>
      page
        .locator('[data-drag-item] input[type=email]')
        .evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value[7]));
    const middleOf = async (kind: 'handle' | 'item', index: number) => {
      const shown = page.locator(`[data-drag-${kind}]`).nth(index);
      await shown.waitFor();
      const box = await shown.boundingBox();
      assert.ok(box !== null);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const place = page.getByRole('status');
    const { x, y } = await middleOf('handle', 0);
    const second = await middleOf('item', 1);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, second.y, { steps: 10 });
    await place.getByText('The signer is now at place 2 of 3.').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await place.getByText('The signer is now at place 1 of 3.').waitFor({ state: 'attached' });
    await page.mouse.up();
    assert.deepEqual(await addresses(), ['1', '2', '3']);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, second.y, { steps: 10 });
    await place.getByText('The signer is now at place 2 of 3.').waitFor({ state: 'attached' });
    await page.mouse.up();
    await page.waitForURL(/signers#signer-2$/u);
    await place.getByText('The signer is now at place 2 of 3.').waitFor({ state: 'attached' });
    assert.deepEqual(await addresses(), ['2', '1', '3']);

    const devTools = await page.context().newCDPSession(page);
    const touch = async (type: string, points: readonly { x: number; y: number }[]): Promise<void> => {
      await devTools.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: [...points],
      });
    };
    const from = await middleOf('handle', 1);
    const first = await middleOf('item', 0);
    await touch('touchStart', [from]);
    await touch('touchMove', [{ x: from.x, y: from.y - 20 }]);
    await touch('touchMove', [{ x: from.x, y: first.y }]);
    await place.getByText('The signer is now at place 1 of 3.').waitFor({ state: 'attached' });
    await touch('touchEnd', []);
    await page.waitForURL(/signers#signer-1$/u);
    assert.deepEqual(await addresses(), ['1', '2', '3']);
    await page
      .getByRole('status')
      .getByText('The signer is now at place 1 of 3.')
      .waitFor({ state: 'attached' });
    await page.context().close();
  });

  it('makes one job of two tabs and a double click, and the back button loses nothing', async () => {
    const page = await portal.logIn();
    const draft = await portal.writeDraft(page, { title: 'Once', reference: 'once-1' });
    await page.goBack();
    await heading(page, 'Step 3 of 4: Information');
    assert.equal(await page.getByLabel('Title on the front page').inputValue(), 'Once');
    await page.getByLabel('Message to the signer').click();
    await page.keyboard.type('Not saved yet');
    const asked = page.waitForEvent('dialog');
    const leaving = page.evaluate('history.back()');
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await leaving;
    assert.equal(await page.getByLabel('Message to the signer').inputValue(), 'Not saved yet');
    for (const _press of ['first', 'again']) {
      const question = page.waitForEvent('dialog');
      const pressing = press(page, 'Log out');
      await (await question).dismiss();
      await pressing;
    }
    await press(page, 'Next');
    await page.getByText('Not saved yet').waitFor();

    const other = await page.context().newPage();
    await other.goto(`${portal.url}${draft}/summary`);
    await Promise.all([
      page.getByRole('button', { name: 'Send for signing' }).dblclick(),
      other.getByRole('button', { name: 'Send for signing' }).click(),
    ]);
    for (const tab of [page, other]) {
      await portal.seen(tab, draft.replace('/drafts/', '/jobs/'), (job) =>
        job.getByText('Waiting for signers'),
      );
    }
    const jobs = await portal.stack.admin.jobs();
    assert.equal(jobs.filter((job) => job['reference'] === 'once-1').length, 1);
    await page.goto(`${portal.url}/waiting`);
    assert.equal(await page.getByRole('row', { name: /once-1/u }).count(), 1);
    await page.context().close();
  });

  it('finishes a job although worker and portal were killed with kill -9, before and after it was created', async () => {
    const page = await portal.logIn();
    await portal.writeDraft(page, { title: 'Killed', reference: 'killed-1' });
    await portal.killWorker();
    await press(page, 'Send for signing');
    await heading(page, 'Killed');
    await portal.restartPortal();
    await portal.startWorker();
    const waiting = (overview: Page) => overview.getByRole('row', { name: /killed-1.*Waiting for signers/u });
    await portal.seen(page, '/waiting', waiting);
    await portal.killWorker();
    await portal.restartPortal();
    await portal.startWorker();
    await portal.actAtTheSandbox('killed-1', 'sign');
    await portal.seen(page, '/signed', (signed) => signed.getByRole('row', { name: /killed-1/u }));
    await page.context().close();
  });

  it('shows each organisation by its name, and its people only what is theirs', async () => {
    const page = await portal.logIn();
    await portal.addProcessor(page, PROCESSOR);
    await page.getByLabel('Organisation', { exact: true }).selectOption(SECOND_ORGANIZATION);
    await press(page, 'Change organisation');
    await page.getByText('No jobs here.').waitFor();
    assert.equal(
      await page.getByLabel('Organisation', { exact: true }).locator('option:checked').textContent(),
      `Utenfor Avtale AS (${SECOND_ORGANIZATION})`,
    );
    await page.context().close();
    const processor = await portal.logIn(PROCESSOR);
    const { organizationName, organizationNumber } = portal.stack.sandbox().announcement;
    await processor.getByText(`${organizationName} (${organizationNumber})`).waitFor();
    await processor.context().close();
  });

  it('has no page on which axe finds anything, or which a phone cuts, for each role', async function () {
    this.timeout(EVERY_PAGE_WITHIN_MS);
    await lookAtEveryPage(portal, PROCESSOR);
  });

  it('says at a refused log-in what to do', async () => {
    const page = await openPage(portal.browser, { locale: 'en-GB' });
    await page.goto(portal.url);
    await page.locator('#other').fill('stranger@example.com');
    await page.locator('#other').press('Enter');
    await page.getByText('You have no access.').waitFor();
    await finds(page, 'not a member');
    await page.context().close();
  });

  it('leaves nothing of people, documents and jobs readable in its database, its log and its emails', async () => {
    const written = await writeAndCancelJob(portal);
    const named = [MANAGER, PROCESSOR, 'Lease of the boathouse', 'Lease.pdf', '%PDF'];
    const tables = new pg.Client({ connectionString: portal.databaseUrl });
    await tables.connect();
    const { rows } = await tables.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const { emails } = (await portal.stack.admin.call('GET', '/emails')) as {
      readonly emails: readonly { readonly to: unknown }[];
    };
    const withoutRecipient = emails.map(({ to: _, ...email }) => email);
    const contents: Record<string, string> = {
      log: portal.logged(),
      emails: JSON.stringify(withoutRecipient),
    };
    assert.notEqual(emails.length, 0);
    for (const { name } of rows) {
      const found = await tables.query<Record<string, unknown>>(`select * from "${name}"`);
      contents[name] = found.rows
        .flatMap((row) => Object.values(row))
        .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
        .join('\n');
    }
    await tables.end();
    for (const table of ['people', 'jobs', 'audit']) assert.notEqual(contents[table] ?? '', '', table);
    for (const [place, content] of Object.entries(contents)) {
      for (const text of [...named, ...written]) {
        const found = formsOf(text).filter((form) => content.includes(form));
        assert.deepEqual(found, [], `${text} in ${place}`);
      }
    }
  });
});
