import assert from 'node:assert/strict';
import type { Browser, BrowserContext } from 'playwright-core';
import type { DirectSignatureJobResponse } from '@signering/schema';
import { readDirectSignatureJobResponse, readDirectSignerResponse } from '@signering/schema/xml';
import { findAccessibilityProblems, openBrowser, openPage } from '../../browser.js';
import { directRequest, directSigner, ownSigner, type DirectTestOrder } from '../stage/direct-order.js';
import { startSenderWebSite, type SenderWebSite } from '../stage/sender-web-site.js';
import type { Sender } from '../stage/sender.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';

describe('the ceremony of the direct flow in a browser', () => {
  let browser: Browser;
  let stage: TestSandbox;
  let site: SenderWebSite;
  let sender: Sender;
  let contexts: BrowserContext[] = [];
  before(async function () {
    browser = await openBrowser(this);
    stage = await startTestSandbox();
    site = await startSenderWebSite();
    sender = await stage.sender('publicSender');
  });
  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (site as SenderWebSite | undefined)?.close();
    await (stage as TestSandbox | undefined)?.close();
  });

  const create = async (order: DirectTestOrder = {}): Promise<DirectSignatureJobResponse> => {
    const request = { exitUrls: site.exitUrls, ...order.request };
    const wish = await directRequest(sender, { ...order, request });
    const { status, body, text } = await sender.call('POST', '/direct/signature-jobs', wish);
    assert.equal(status, 200, text);
    return readDirectSignatureJobResponse(body);
  };
  const visit = async (url: string, locale = 'nb-NO') => {
    const page = await openPage(browser, { locale });
    contexts.push(page.context());
    await page.goto(url);
    return {
      page,
      press: async (name: string) => await page.getByRole('button', { name, exact: true }).click(),
      finds: async (where: string) => assert.deepEqual(await findAccessibilityProblems(page), [], where),
      comesBack: async () => await page.getByRole('heading', { name: 'Welcome back' }).waitFor(),
    };
  };

  it('leads from the redirect URL through the signature back to the sender, also after a reload', async () => {
    const { signers, statusUrl = '' } = await create({ signers: [ownSigner('kunde 17')] });
    const { page, press, finds, comesBack } = await visit(signers[0]!.redirectUrl);
    await finds('ceremony');
    await page.reload();
    await page.getByRole('heading', { name: 'Avtale om grønne epler' }).waitFor();
    await page.getByRole('radio', { name: /Celine Øvingsvik/u }).check();
    await page.locator('#consent').check();
    await press('Signer');
    await comesBack();
    const [, token] = /^\/exit\/done\?kept=1&status_query_token=([\w-]+)$/u.exec(site.visits.at(-1)!)!;
    const status = await sender.call('GET', `${statusUrl}?status_query_token=${token!}`);
    assert.match(status.text, /COMPLETED_SUCCESSFULLY/u);

    await page.goto(signers[0]!.redirectUrl);
    await page.getByRole('heading', { name: 'Du har signert' }).waitFor();
    await finds('signed');
    await page.getByRole('link', { name: 'Tilbake til avsenderen' }).click();
    await comesBack();
  });

  it('leads back to the rejection URL in English', async () => {
    const { signers } = await create();
    const { press, finds, comesBack } = await visit(signers[0]!.redirectUrl, 'en-GB');
    await finds('ceremony');
    await press('Reject');
    await comesBack();
    assert.match(site.visits.at(-1)!, /^\/exit\/rejected\?status_query_token=[\w-]+$/u);
  });

  it('leads back to the error URL when the ceremony fails, and completes with a new redirect URL', async () => {
    const { signers } = await create();
    const first = await visit(signers[0]!.redirectUrl);
    await first.press('La signeringen feile');
    await first.comesBack();
    assert.match(site.visits.at(-1)!, /^\/exit\/failed\?/u);
    const { redirectUrl } = readDirectSignerResponse((await sender.call('POST', signers[0]!.signerUrl)).body);
    const second = await visit(redirectUrl);
    await second.page.locator('#consent').check();
    await second.press('Signer');
    await second.comesBack();
    assert.match(site.visits.at(-1)!, /^\/exit\/done\?/u);
  });

  it('leads back to the error URL when the name cannot be looked up', async () => {
    const { signers } = await create();
    const { press, comesBack } = await visit(signers[0]!.redirectUrl);
    await press('La navneoppslaget feile');
    await comesBack();
    assert.match(site.visits.at(-1)!, /^\/exit\/failed\?/u);
  });

  it('rejects a second browser with the same redirect URL, and explains what to do', async () => {
    const { signers } = await create({ signers: [directSigner(1), directSigner(2)] });
    await visit(signers[0]!.redirectUrl);
    const { page, finds } = await visit(signers[0]!.redirectUrl);
    await page.getByRole('heading', { name: 'Lenken er brukt' }).waitFor();
    await finds('used link');
  });

  it('survives a restart of the sandbox in the middle', async () => {
    const { signers } = await create();
    const { page, press, comesBack } = await visit(signers[0]!.redirectUrl);
    await stage.restart();
    sender = await stage.sender('publicSender');
    await page.locator('#consent').check();
    await press('Signer');
    await comesBack();
    assert.match(site.visits.at(-1)!, /^\/exit\/done\?/u);
  });
});
