import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { returnedPage, startPage, troublePage } from '@signering/dev-stack/internal/demo/web-site-pages.js';
import type { SignerProgress } from '@signering/contract';
import { findAccessibilityProblems, openBrowser, openPage } from '../../browser.js';

const SIGNER: SignerProgress = { signer: 1, maskedIdentifier: 'CUSTOMER-1', order: 0, status: 'SIGNED' };

describe("the pages of the demo's web site", function () {
  let browser: Browser | undefined;

  before(async function () {
    browser = await openBrowser(this);
  });
  after(() => browser?.close());

  const pages = {
    start: startPage(2),
    returned: returnedPage({ signatureJobId: '1', signers: [SIGNER], outcome: 'SIGNED' }),
    failed: returnedPage({ signatureJobId: '1', signers: [{ ...SIGNER, status: 'FAILED' }] }),
    trouble: troublePage('This page does not exist.'),
  };
  for (const [name, html] of Object.entries(pages)) {
    it(`${name}: is accessible by keyboard and screen reader`, async () => {
      const page = await openPage(browser!, { viewport: { width: 360, height: 640 } });
      await page.setContent(html);
      assert.deepEqual(await findAccessibilityProblems(page), []);
      const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
      assert.ok(!tooWide, 'it fits a telephone');
      await page.context().close();
    });
  }

  it('escape the name of a signer', () => {
    const html = returnedPage({
      signatureJobId: '1',
      signers: [{ ...SIGNER, maskedIdentifier: '<b>"A" & B</b>' }],
    });
    assert.ok(html.includes('&lt;b>&quot;A&quot; &amp; B&lt;/b>'), html);
  });
});
