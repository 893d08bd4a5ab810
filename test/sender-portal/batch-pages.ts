import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { heading, keyAt, tabTo, type PortalInABrowser } from './portal-in-a-browser.js';
import { errors, onDatabase, type ShownPages } from './looked-at-pages.js';

const TITLE = 'Lease of premises at {{address}}, with all of its appendices';
const ADDRESS = 'Storgata 17, 9008 Tromsø';

/** The pages of batches in every state. Batches are written, checked, sent and paused by keyboard alone. */
export async function pagesOfBatches(portal: PortalInABrowser, page: Page): Promise<ShownPages> {
  const draft = () => portal.writeDraft(page, { title: TITLE, signers: 0 });
  const kept = await draft();
  const wrong = await check(portal, page, kept, [
    ['wrong-1', 'no address', ADDRESS],
    ['wrong-2', 'b@example.com', ADDRESS],
    ['wrong-2', 'c@example.com', ''],
  ]);
  const right = await check(portal, page, kept, [['right-1', 'a@example.com', ADDRESS]]);
  const working = await check(portal, page, kept, [['working-1', 'a@example.com', ADDRESS]]);
  // As if another process had taken it just now.
  await onDatabase(
    portal,
    "update batches set stage = 'CHECKING', found = null, checked_at = $2 where id = $1",
    [working.replace('/batches/', ''), new Date(Date.now() + 3600_000)],
  );
  const unusable = await check(portal, page, kept, [], 'nothing;of;it\r\n1;2;3\r\n');
  const order = async (path: string, what: string, button: string | RegExp): Promise<void> => {
    const answered = page.waitForResponse((answer) => answer.url().endsWith(`${path}/${what}`));
    await keyAt(page, 'button', button);
    assert.equal((await answered).status(), 303);
  };
  const send = async (references: readonly string[], isWithWrongRow = false): Promise<string> => {
    const rows = references.map((reference) => [reference, 'kari@example.com', ADDRESS]);
    if (isWithWrongRow) rows.push(['left-out', 'no address', ADDRESS]);
    const path = await check(portal, page, await draft(), rows);
    if (isWithWrongRow) {
      await tabTo(page, page.getByLabel('Leave out 1 row with mistakes'));
      await page.keyboard.press('Space');
    }
    await order(path, 'send', /^Send \d+ jobs?$/u);
    await portal.seen(page, path, (sent) =>
      sent.getByRole('heading', { name: /^(?:Being sent|Waiting for signers)/u }),
    );
    return path;
  };
  await portal.worker.kill9();
  const paused = await send(['paused-1', 'paused-2']);
  await order(paused, 'pause', 'Pause the sending');
  await portal.seen(page, paused, (batch) => batch.getByRole('heading', { name: 'Paused' }));
  portal.worker = await portal.stack.startWorker();
  const running = await send(['running-1-with-a-reference-of-fifty-characters-50', 'running-2', 'running-3']);
  const completed = await send(['completed-1'], true);
  await portal.actAtTheSandbox('running-1-with-a-reference-of-fifty-characters-50', 'sign');
  await portal.actAtTheSandbox('running-2', 'reject');
  await portal.actAtTheSandbox('completed-1', 'sign');
  await portal.seen(page, running, (batch) => batch.getByRole('cell', { name: 'Rejected' }));
  await portal.seen(page, completed, (batch) => batch.getByRole('heading', { name: 'Completed' }));
  const newBatch = kept.replace('/drafts/', '/batches/new?draft=');
  const submit = (path: string, fill: (form: Page) => Promise<void>) => async (form: Page) => {
    await form.goto(`${portal.url}${path}`);
    await fill(form);
    await form.waitForLoadState();
  };
  return [
    ['batches', '/batches', (texts) => texts.batches.title],
    ['batch-new', newBatch, (texts) => texts.batches.newBatch],
    [
      'batch-new-without-table',
      submit(newBatch, (form) => form.locator('main form button').click()),
      (texts) => texts.batches.newBatch,
      { has: errors },
    ],
    [
      'batch-checking',
      working,
      TITLE,
      { has: (form, texts) => form.getByText(texts.batches.stages.CHECKING) },
    ],
    [
      'batch-with-mistakes',
      wrong,
      TITLE,
      { has: (form, texts) => form.getByText(texts.batches.found(1, 2)) },
    ],
    [
      'batch-refused-with-mistakes',
      submit(wrong, (form) => form.locator('form[action$="/send"] button').click()),
      TITLE,
      { has: (form, texts) => form.getByText(texts.batches.wrongRows) },
    ],
    ['batch-unusable', unusable, TITLE, { has: (form, texts) => form.getByText(texts.batches.unusable) }],
    ['batch-checked', right, TITLE, { has: (form, texts) => form.getByText(texts.batches.found(1, 0)) }],
    [
      'batch-running',
      running,
      TITLE,
      { has: (form, texts) => form.getByRole('heading', { name: texts.batches.rowStates.WAITING }) },
    ],
    ['batch-paused', paused, TITLE, { has: (form, texts) => form.getByText(texts.batches.states.PAUSED) }],
    [
      'batch-cancel-with-mistake',
      submit(paused, async (form) => {
        await tabTo(form, form.locator('main summary'));
        await form.keyboard.press('Enter');
        await tabTo(form, form.locator('form[action$="/cancel"] button'));
        await form.keyboard.press('Enter');
      }),
      TITLE,
      { has: errors },
    ],
    [
      'batch-completed',
      completed,
      TITLE,
      { has: (form, texts) => form.getByRole('heading', { name: texts.batches.leftOut(1) }) },
    ],
  ];
}

/** Uploads a table for a draft by keyboard, and waits for its check; returns the path of the batch. */
async function check(
  portal: PortalInABrowser,
  page: Page,
  draft: string,
  rows: readonly (readonly string[])[],
  text = ['reference;email;address', ...rows.map((cells) => cells.join(';')), ''].join('\r\n'),
): Promise<string> {
  await page.goto(`${portal.url}${draft.replace('/drafts/', '/batches/new?draft=')}`);
  await heading(page, 'New batch');
  const choosing = page.waitForEvent('filechooser');
  await tabTo(page, page.locator('#table'));
  await page.keyboard.press('Space');
  await (await choosing).setFiles({ name: 'leases.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await keyAt(page, 'button', 'Check the table');
  await page.waitForURL(/\/batches\/[0-9a-f-]{36}$/u);
  const path = new URL(page.url()).pathname;
  await portal.seen(page, path, (batch) => batch.getByText(/without mistakes|cannot be used/u).first());
  return path;
}
