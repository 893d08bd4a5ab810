import { heading, press, type PortalInABrowser } from './portal-in-a-browser.js';

/** Writes a draft with every kind of text, sends, cancels and searches for it. Returns the texts. */
export async function writeAndCancelJob(portal: PortalInABrowser): Promise<readonly string[]> {
  const title = 'Swept contract';
  const signer = ['01017012345', '98765432', 'signer-1@example.com'] as const;
  const [number, mobile] = signer;
  const page = await portal.logIn();
  const draft = await portal.writeDraft(page, { title, signers: 2 });
  const fill = async (step: string, texts: Readonly<Record<string, string>>): Promise<void> => {
    await page.goto(`${portal.url}${draft}/${step}`);
    for (const [field, text] of Object.entries(texts)) await page.locator(`#${field}`).fill(text);
  };
  await fill('documents', {});
  await page.locator('#identifiedBy-NUMBER').check();
  await press(page, 'Next');
  await heading(page, 'Step 2 of 4: Signers');
  await fill('signers', { 'signer-0-number': number, 'signer-0-mobileNumber': mobile });
  await press(page, 'Back');
  await heading(page, 'Step 1 of 4: Documents');
  await page.locator('#identifiedBy-CONTACT_INFORMATION').check();
  await press(page, 'Next');
  await heading(page, 'Step 2 of 4: Signers');
  const notificationText = 'Call 912 34 567 on the tenancy';
  const message = 'Dear tenant of Solbakken';
  await fill('information', { notificationText, message });
  await press(page, 'Next');
  await heading(page, 'Step 4 of 4: Summary');
  await press(page, 'Send for signing');
  await heading(page, title);
  await portal.seen(page, new URL(page.url()).pathname, (job) => job.getByText('Waiting for signers'));
  const reason = 'Moved to Lillevik';
  await page.getByLabel('Reason').fill(reason);
  await press(page, 'Cancel the job');
  await page.getByText('The job was cancelled.').waitFor();
  const searched = ['signer-2@example.com', 'not-written@example.com'];
  for (const text of searched) {
    await page.goto(`${portal.url}/search`);
    await page.locator('#kind').selectOption('EMAIL');
    await page.locator('#text').fill(text);
    await page.locator('#text').press('Enter');
    await page
      .getByText(/^Found|^No/u)
      .first()
      .waitFor();
  }
  await page.context().close();
  return [notificationText, '912 34 567', message, reason, ...searched, ...signer, title];
}
