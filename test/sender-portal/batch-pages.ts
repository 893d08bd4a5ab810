import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { heading, keyAt, tabTo, type PortalInABrowser } from './portal-in-a-browser.js';
import { byForm, errors, onDatabase, type ShownPages } from './looked-at-pages.js';

const TITLE = 'Lease of premises at {{address}}, with all of its appendices';
const ADDRESS = 'Storgata 17, 9008 Tromsø';

/**
 * The pages of batches in every state, whose references have this end. Their tables are uploaded and checked, and they are sent
 * and paused by keyboard alone.
 */
export async function pagesOfBatches(portal: PortalInABrowser, page: Page, end: string): Promise<ShownPages> {
  const draft = () => portal.writeDraft(page, { title: TITLE, signers: 0 });
  const kept = await draft();
  const wrong = await checkTable(portal, page, kept, [
    ['wrong-1', 'no address', ADDRESS],
    ['wrong-2', 'b@example.com', ADDRESS],
    ['wrong-2', 'c@example.com', ''],
  ]);
  const right = await checkTable(portal, page, kept, [['right-1', 'a@example.com', ADDRESS]]);
  const rounded = await checkTable(portal, page, kept, [
    ['17', 'a@example.com', '9,12346E+11'],
    ['2026017', 'b@example.com', ADDRESS],
  ]);
  const working = await checkTable(portal, page, kept, [['working-1', 'a@example.com', ADDRESS]]);
  // As if another process had taken it just now.
  await onDatabase(
    portal,
    "update batches set stage = 'CHECKING', found = null, checked_at = $2 where id = $1",
    [working.replace('/batches/', ''), new Date(Date.now() + 3600_000)],
  );
  const unusable = await checkTable(portal, page, kept, [], 'nothing;of;it\r\n1;2;3\r\n');
  const send = async (references: readonly string[], isWithWrongRow = false): Promise<string> => {
    const rows = references.map((reference) => [reference, 'kari@example.com', ADDRESS]);
    if (isWithWrongRow) rows.push([`left-out-${end}`, 'no address', ADDRESS]);
    const path = await checkTable(portal, page, await draft(), rows);
    if (isWithWrongRow) {
      await tabTo(page, page.getByLabel('Leave out 1 row with mistakes'));
      await page.keyboard.press('Space');
    }
    await orderByKeyboard(page, path, 'send', /^Send \d+ jobs?$/u);
    await portal.seen(page, path, (sent) =>
      sent.getByRole('heading', { name: /^(?:Being sent|Waiting for signers)/u }),
    );
    return path;
  };
  await portal.killWorker();
  const paused = await send([`paused-1-${end}`, `paused-2-${end}`]);
  await orderByKeyboard(page, paused, 'pause', 'Pause the sending');
  await portal.seen(page, paused, (batch) => batch.getByRole('heading', { name: 'Paused' }));
  await portal.startWorker();
  const [long, rejected, done] = [
    `running-1-a-reference-of-fifty-letters-${end}`,
    `running-2-${end}`,
    `completed-${end}`,
  ];
  const running = await send([long, rejected, `running-3-${end}`]);
  const completed = await send([done], true);
  await portal.actAtTheSandbox(long, 'sign');
  await portal.actAtTheSandbox(rejected, 'reject');
  await portal.actAtTheSandbox(done, 'sign');
  await portal.seen(page, running, (batch) => batch.getByRole('cell', { name: 'Rejected' }));
  await portal.seen(page, completed, (batch) => batch.getByRole('heading', { name: 'Completed' }));
  const post = byForm(portal);
  const newBatch = kept.replace('/drafts/', '/batches/new?draft=');
  return [
    ['batches', '/batches', (texts) => texts.batches.title],
    ['batch-new', newBatch, (texts) => texts.batches.newBatch],
    [
      'batch-new-without-table',
      post(newBatch, (form) => form.locator('main form button').click()),
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
      post(wrong, (form) => form.locator('form[action$="/send"] button').click()),
      TITLE,
      { has: (form, texts) => form.getByText(texts.batches.wrongRows) },
    ],
    ['batch-unusable', unusable, TITLE, { has: (form, texts) => form.getByText(texts.batches.unusable) }],
    ['batch-checked', right, TITLE, { has: (form, texts) => form.getByText(texts.batches.found(1, 0)) }],
    [
      'batch-checked-with-warnings',
      rounded,
      TITLE,
      { has: (form, texts) => form.getByText(texts.batches.ofSpreadsheet.UNEQUAL_LENGTHS('reference')) },
    ],
    [
      'batch-running',
      running,
      TITLE,
      { has: (form, texts) => form.getByRole('heading', { name: texts.batches.rowStates.WAITING }) },
    ],
    ['batch-paused', paused, TITLE, { has: (form, texts) => form.getByText(texts.batches.states.PAUSED) }],
    [
      'batch-cancel-with-mistake',
      post(paused, async (form) => {
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

/** Presses a button of a batch's page, and waits for the answer. */
export async function orderByKeyboard(
  page: Page,
  path: string,
  what: 'send' | 'pause' | 'resume' | 'cancel',
  button: string | RegExp,
): Promise<void> {
  const answered = page.waitForResponse((answer) => answer.url().endsWith(`${path}/${what}`));
  // Another navigation before that would compete with it.
  const shown = page.waitForEvent('load');
  await keyAt(page, 'button', button);
  assert.equal((await answered).status(), 303);
  await shown;
}

/** Uploads a table for a draft by keyboard, and waits for its check; returns the path of the batch. */
export async function checkTable(
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
