import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { findAccessibilityProblems, openBrowser, openPage } from '../../browser.js';
import { element } from '../stage/answer-elements.js';
import { agreement, signerByEmail, signerByNumber } from '../stage/order.js';
import { startTestSandbox, type TestSandbox } from '../stage/test-sandbox.js';

describe('the signing portal in a browser', () => {
  let browser: Browser;
  let stage: TestSandbox;
  let pagesUrl: string;
  before(async function () {
    browser = await openBrowser(this);
    stage = await startTestSandbox();
    ({ pagesUrl } = stage.sandbox().announcement);
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (stage as TestSandbox | undefined)?.close();
  });

  const visit = (locale: string): Promise<Page> =>
    openPage(browser, { locale, viewport: { width: 1000, height: 800 } });
  const order = async (): Promise<{ readonly id: string; readonly code: string; readonly link: string }> => {
    const sender = await stage.sender();
    const conditions = Buffer.from('Alminnelige vilkår\n\n1. Eplene er grønne.\n');
    const { text } = await sender.create({
      signers: [signerByNumber(21), signerByEmail(22)],
      manifest: { description: 'Hei,\nher er avtalen.' },
      documents: [
        await agreement(1),
        { name: 'conditions.txt', mediaType: 'text/plain', content: conditions },
      ],
    });
    const id = element(text, 'signature-job-id');
    const { notifications } = (await stage.admin('GET', '/outbox')) as {
      notifications: readonly {
        signatureJobId: string;
        signer: number;
        text: string;
      }[];
    };
    const message = notifications.find(
      ({ signatureJobId, signer }) => signatureJobId === id && signer === 2,
    )!.text;
    return { id, link: /http\S+/u.exec(message)![0], code: /\d{6}(?=\.)/u.exec(message)![0] };
  };
  const finds = async (page: Page, where: string): Promise<void> =>
    assert.deepEqual(await findAccessibilityProblems(page), [], where);

  for (const [locale, words] of [
    [
      'nb-NO',
      {
        logIn: 'Logg inn',
        another: 'En annen',
        sign: 'Signer',
        fail: 'La signeringen feile',
        done: 'Du har signert',
        next: 'Fortsett',
        reject: 'Avvis',
        rejected: 'Du har avvist',
      },
    ],
    [
      'en-GB',
      {
        logIn: 'Log in',
        another: 'Another person',
        sign: 'Sign',
        fail: 'Let the signing fail',
        done: 'You have signed',
        next: 'Continue',
        reject: 'Reject',
        rejected: 'You have rejected',
      },
    ],
  ] as const) {
    it(`leads through log-in, code, signature and rejection, and axe finds nothing (${locale})`, async () => {
      const { link, code } = await order();
      const page = await visit(locale);
      const press = async (name: string): Promise<void> =>
        await page.getByRole('button', { name, exact: true }).click();
      await page.goto(pagesUrl);
      await finds(page, 'log-in');
      await page.getByText(words.another).click();
      await press(words.logIn);
      await finds(page, 'log-in with a mistake');
      await page.locator('input[name=person]').first().check();
      await press(words.logIn);
      await finds(page, 'overview');
      await page.locator('.jobs a').first().click();
      await finds(page, 'ceremony');
      assert.match(await page.frameLocator('iframe.text').locator('body').innerText(), /Eplene er grønne/u);
      await press(words.fail);
      await finds(page, 'failed e-ID');
      await page.locator('#consent').check();
      await press(words.sign);
      await page.getByRole('heading', { name: words.done }).waitFor();
      await finds(page, 'signed');

      await page.goto(link);
      await finds(page, 'code');
      await page.fill('#code', code === '000000' ? '000001' : '000000');
      await press(words.next);
      await finds(page, 'wrong code');
      await page.fill('#code', code);
      await press(words.next);
      await finds(page, 'ceremony by contact information');
      await press(words.reject);
      await page.getByRole('heading', { name: words.rejected }).waitFor();
      await finds(page, 'rejected');
      await page.goto(`${pagesUrl}/nothing`);
      await finds(page, 'nothing there');
      await page.context().close();
    });
  }

  it('can be used with only the keyboard', async () => {
    const { id, link, code } = await order();
    const page = await visit('nb-NO');
    const tabTo = async (isThere: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(isThere)})`))
          return;
      }
      assert.fail(`The keyboard does not reach ${isThere}.`);
    };
    await page.goto(link);
    await tabTo('.skip');
    await page.keyboard.press('Enter');
    await tabTo('#code');
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
    await page.locator('#consent').waitFor();
    await page.locator('input[name=person]:checked').focus();
    await page.keyboard.press('ArrowDown');
    await tabTo('#consent');
    await page.keyboard.press('Space');
    await tabTo('button.primary');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Du har signert' }).waitFor();
    const job = (await stage.admin('GET', `/jobs/${id}`)) as {
      signers: readonly { status: string; name: string }[];
    };
    assert.deepEqual([job.signers[1]!.status, job.signers[1]!.name], ['SIGNED', 'Bjørn Testmoen']);
    await page.context().close();
  });

  it('fits a screen of 320 pixels without scrolling sideways', async () => {
    const { link, code } = await order();
    const page = await visit('nb-NO');
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto(link);
    await page.fill('#code', code);
    await page.getByRole('button', { name: 'Fortsett' }).click();
    await page.locator('#consent').waitFor();
    assert.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'));
    await page.context().close();
  });
});
