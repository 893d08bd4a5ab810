import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { findAccessibilityProblems } from '../browser.js';
import { waitFor } from '../fixtures/index.js';
import { heading, MANAGER, press, type PortalInABrowser } from './portal-in-a-browser.js';

const finds = async (page: Page, where: string): Promise<void> =>
  assert.deepEqual(await findAccessibilityProblems(page), [], where);

/** A page and an overview update themselves while signers act, and the person who made the job gets an email. */
export async function seeUpdates(portal: PortalInABrowser): Promise<void> {
  const page = await portal.logIn();
  await portal.writeDraft(page, { title: 'Live', reference: 'live-1' });
  await press(page, 'Send for signing');
  await heading(page, 'Live');
  const job = page.url();
  const overview = await page.context().newPage();
  // As a proxy answers during a deployment: the page tries again.
  await overview.route('**/waiting/live?*', (route) => route.fulfill({ status: 503 }), { times: 1 });
  await overview.goto(`${portal.url}/waiting`);
  const row = overview.getByRole('row', { name: /live-1/u });
  await row.getByRole('link').focus();
  await page.bringToFront();
  await page.getByLabel('Reason').fill('typed meanwhile');
  await portal.actAtTheSandbox('live-1', 'sign');
  await page.getByRole('link', { name: 'Download everything as ZIP' }).waitFor();
  await page.getByRole('status').getByText('The page was updated').waitFor();
  assert.equal(await page.getByLabel('Reason').inputValue(), 'typed meanwhile');
  await page.getByLabel('Reason').press('Tab');
  await page.getByRole('button', { name: 'Cancel the job' }).waitFor({ state: 'detached' });
  await finds(page, 'job that has updated itself');
  await overview.bringToFront();
  await row.waitFor({ state: 'detached' });
  assert.equal(await overview.evaluate('document.activeElement.id'), 'content');
  await finds(overview, 'overview that has updated itself');

  const { pageUrl } = portal.stack.sandbox().announcement.emails;
  await waitFor(
    async () => {
      await page.goto(pageUrl);
      return await page.getByText('Signer 1 has signed: live-1').isVisible();
    },
    { what: 'the email is caught' },
  );
  await page.getByText(`See the job: ${job}`).waitFor();
  assert.ok((await page.getByText(`To ${MANAGER}`).count()) > 0);
  await finds(page, 'caught emails');
  await page.context().close();
}

/** A page whose stream cannot be opened again says so, once, until it is up to date. */
export async function seeInterruption(portal: PortalInABrowser): Promise<void> {
  const page = await portal.logIn();
  await portal.writeDraft(page, { title: 'Interrupted', reference: 'interrupted-1' });
  await press(page, 'Send for signing');
  await heading(page, 'Interrupted');
  let refused = 0;
  await page.route('**/live?*', (route) => {
    refused += 1;
    return route.fulfill({ status: 503 });
  });
  // Counts before the page's own script does.
  await page.addInitScript(`window.failures = 0;
    window.EventSource = class extends EventSource {
      constructor(url) {
        super(url);
        this.addEventListener('error', () => { failures += 1; });
      }
    };`);
  await page.reload();
  await page.evaluate(`(() => {
    const status = document.querySelector('[data-live-stream]');
    window.said = [];
    new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
  })()`);
  const interruption = page.getByRole('status').getByText('Updates are interrupted.');
  // Not after the pauses of the script, which grow.
  const openAgain = () =>
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
  for (const attempt of [1, 2, 3]) {
    if (attempt > 1) await openAgain();
    const failures = () => page.evaluate<number>('failures');
    await waitFor(async () => (await failures()) >= attempt, { what: `attempt ${attempt} fails` });
  }
  await interruption.waitFor();
  assert.ok(refused >= 3, `after ${refused} attempts`);
  await finds(page, 'job whose updates are interrupted');
  const before = refused;
  await openAgain();
  await waitFor(() => refused > before, { what: 'another attempt' });
  await page.unroute('**/live?*');
  await openAgain();
  await interruption.waitFor({ state: 'detached' });
  const said = await page.evaluate<readonly string[]>('said');
  assert.equal(said.filter((text) => text.includes('interrupted')).length, 1);
  await page.context().close();
}
