import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser, ConsoleMessage, Locator, Page } from 'playwright-core';
import {
  freePort,
  startPortalProcess,
  type SigneringProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { openBrowser, openPage } from '../browser.js';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { freshDatabase, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

export const MANAGER = 'anne@example.com';
/** A second organisation of the manager; its number comes after that of the stack's sender. */
export const SECOND_ORGANIZATION = '312901234';

type RoleOfElement = 'button' | 'link' | 'textbox' | 'checkbox' | 'radio' | 'combobox';

/** The sender portal as a process on a real stack, seen in headless Chromium. */
export class PortalInABrowser {
  readonly browser: Browser;
  readonly stack: TestStack;
  readonly url: string;
  /** Of PostgreSQL. */
  readonly databaseUrl: string;
  readonly #startPortal: () => Promise<SigneringProcess>;
  #portal: SigneringProcess;
  #worker: SigneringProcess | undefined;

  private constructor(
    parts: Pick<PortalInABrowser, 'browser' | 'stack' | 'url' | 'databaseUrl'>,
    portal: SigneringProcess,
    startPortal: () => Promise<SigneringProcess>,
  ) {
    this.browser = parts.browser;
    this.stack = parts.stack;
    this.url = parts.url;
    this.databaseUrl = parts.databaseUrl;
    this.#portal = portal;
    this.#startPortal = startPortal;
  }

  static async start(context: Mocha.Context): Promise<PortalInABrowser> {
    const browser = await openBrowser(context);
    const databaseUrl = await freshDatabase(context);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const stack = await startTestStack({ senderPortalUrl: url });
    const { login, organizationNumber, organizationName, pagesUrl } = stack.sandbox().announcement;
    assert.ok(login !== undefined);
    const env = {
      ...stack.env,
      SIGNERING_PORTAL_LISTEN: `127.0.0.1:${port}`,
      SIGNERING_PORTAL_URL: url,
      SIGNERING_PORTAL_DATABASE: databaseUrl,
      SIGNERING_PORTAL_ISSUER: login.issuer,
      SIGNERING_PORTAL_CLIENT_ID: login.clientId,
      SIGNERING_PORTAL_CLIENT_SECRET: login.clientSecret,
      SIGNERING_PORTAL_MANAGERS: `${organizationNumber}=${MANAGER}, ${SECOND_ORGANIZATION}=${MANAGER}`,
      SIGNERING_PORTAL_ORGANIZATIONS: `${organizationNumber}=${organizationName}, ${SECOND_ORGANIZATION}=Utenfor Avtale AS`,
      SIGNERING_PORTAL_SERVICE_URL: pagesUrl,
    };
    const startPortal = () => startPortalProcess({ folder: join(stack.folder, 'portal'), env });
    const parts = { browser, stack, url, databaseUrl };
    const portal = new PortalInABrowser(parts, await startPortal(), startPortal);
    await portal.startWorker();
    return portal;
  }

  /** Starts a worker, after {@link killWorker}. */
  async startWorker(): Promise<void> {
    const { emails } = this.stack.sandbox().announcement;
    this.#worker = await this.stack.startWorker({
      SIGNERING_SMTP: emails.smtpUrl,
      SIGNERING_EMAIL_FROM: 'portal@example.com',
    });
  }

  /** Kills the worker with kill -9. */
  async killWorker(): Promise<void> {
    await this.#worker?.kill9();
  }

  /** Kills the portal with kill -9, and starts it again with the same settings. */
  async restartPortal(): Promise<void> {
    await this.#portal.kill9();
    this.#portal = await this.#startPortal();
  }

  logged(): string {
    return this.#portal.logged();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.#portal.stop(5000);
    await this.stack.stop();
  }

  /** A browser in which a person has logged in at the issuer, by keyboard. */
  async logIn(emailAddress = MANAGER, options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
    const page = await openPage(this.browser, { locale: 'en-GB', acceptDownloads: true, ...options });
    await page.goto(this.url);
    await tabTo(page, page.locator('#other'));
    await page.keyboard.type(emailAddress);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${this.url}/**`);
    return page;
  }

  /** Makes a person a document processor, or leaves one as it is; the page is a manager's. */
  async addProcessor(page: Page, emailAddress: string): Promise<void> {
    await page.goto(`${this.url}/people`);
    await page.locator('#emailAddress').fill(emailAddress);
    await page.locator('form[action="/people"] button').click();
    await page.getByRole('cell', { name: emailAddress, exact: true }).waitFor();
  }

  /** Writes a draft with these titles of documents; the page is at its summary. Returns its path. */
  async writeDraft(page: Page, { title, reference = '', signers = 1 }: WrittenDraft): Promise<string> {
    await page.goto(`${this.url}/waiting`);
    await press(page, 'New job');
    await heading(page, 'Step 1 of 4: Documents');
    await page.locator('#files').setInputFiles(await pdfFile(`${title}.pdf`));
    await page.getByText('1 page. Not PDF/A.').waitFor();
    await press(page, 'Next');
    await heading(page, 'Step 2 of 4: Signers');
    for (let index = 0; index < signers; index += 1) {
      if (index > 0) await press(page, 'Add a signer');
      await page.locator(`#signer-${index}-emailAddress`).fill(`signer-${index + 1}@example.com`);
    }
    if (signers > 0) await press(page, 'Next');
    else await page.getByRole('link', { name: 'Information', exact: true }).click();
    await heading(page, 'Step 3 of 4: Information');
    await page.getByLabel('Title on the front page').fill(title);
    await page.getByLabel('Your reference').fill(reference);
    await press(page, 'Next');
    await heading(page, 'Step 4 of 4: Summary');
    return new URL(page.url()).pathname.replace(/\/summary$/u, '');
  }

  /** Waits until the sandbox has a job of this reference, and acts as its signer. */
  async actAtTheSandbox(reference: string, action: 'sign' | 'reject', signer = 1): Promise<void> {
    const { admin } = this.stack;
    await waitFor(
      async () => {
        const job = (await admin.jobs()).find((one) => one['reference'] === reference);
        if (job !== undefined) await admin.act(job.signatureJobId, signer, action);
        return job !== undefined;
      },
      { what: 'the job is at the service' },
    );
  }

  /** Reloads an overview or a job's page until it shows something. */
  async seen(page: Page, path: string, what: (page: Page) => Locator): Promise<void> {
    await waitFor(
      async () => {
        await page.goto(`${this.url}${path}`);
        return await what(page).isVisible();
      },
      { what: `${path} shows it` },
    );
  }
}

/** What {@link PortalInABrowser.writeDraft} writes. */
export interface WrittenDraft {
  readonly title: string;
  readonly reference?: string;
  /** None: a batch fills them in. @default 1 */
  readonly signers?: number;
}

/**
 * A click ends when the next page begins to arrive. Only once it has loaded has its script registered what it listens to.
 */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.waitForLoadState();
}

/** Waits until a page with this heading has loaded, its script included. */
export async function heading(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.waitForLoadState();
}

/** Waits until the element with this id has the keyboard, such as after a link to it. */
export async function hasKeyboard(page: Page, id: string): Promise<void> {
  await page.locator(`#${id}:focus`).waitFor({ state: 'attached' });
}

export async function pdfFile(name: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(await onePagePdf(name)) };
}

/** More than any page has. */
const MOST_TABS = 80;

/** Presses Tab until the keyboard is at an element. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'attached' });
  await page.waitForLoadState();
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the keyboard does not reach ${target.toString()}`);
}

const KEYS: readonly string[] = ['Enter', 'Space', 'ArrowDown', 'ArrowUp'];

/** Goes to the element with this name by keyboard, and presses these keys or types these texts. */
export async function keyAt(
  page: Page,
  role: RoleOfElement,
  name: string | RegExp,
  keys: readonly string[] = ['Enter'],
): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: typeof name === 'string' }));
  for (const key of keys) await (KEYS.includes(key) ? page.keyboard.press(key) : page.keyboard.type(key));
}

/** Opens a preview, and waits until the frame has the document. */
export async function seesFirstPage(page: Page, title: string): Promise<void> {
  const said: string[] = [];
  const listen = (message: ConsoleMessage): void => {
    if (/Refused to|frame-ancestors|X-Frame-Options/iu.test(message.text())) said.push(message.text());
  };
  page.on('console', listen);
  await page.waitForLoadState();
  const loaded = page.waitForResponse((answer) => answer.url().includes('/files/'));
  await page
    .locator('summary', { hasText: `Preview ${title}` })
    .first()
    .click();
  const response = await loaded;
  const headers = await response.allHeaders();
  assert.deepEqual([response.status(), headers['content-type']], [200, 'application/pdf']);
  assert.equal(headers['x-frame-options'], 'SAMEORIGIN');
  assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'self'/u);
  // A refused document leaves the frame at a page of the browser's own.
  const { pathname } = new URL(response.url());
  const isFramed = () =>
    page.frames().some((frame) => frame.parentFrame() !== null && frame.url().includes(pathname));
  await waitFor(() => Promise.resolve(isFramed()), { what: 'the frame shows the document' });
  page.off('console', listen);
  assert.deepEqual(said, []);
  assert.equal(
    await page.locator('details[open] iframe').first().getAttribute('title'),
    `Preview of ${title}`,
  );
}
