import assert from 'node:assert/strict';
import { createAdvanceBatchActivity } from '@signering/activities/internal/advance-batch.js';
import {
  batchChangedSignal,
  batchOptionsOf,
  describeBatchQuery,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type BatchResult,
  type EmailRecipient,
  type SigningOutcome,
} from '@signering/contract';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import type { Storage } from '@signering/storage';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { MailServer } from '../end-to-end/mail-server.js';
import { waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { startEmailStage } from './email-stage.js';

const ORGANIZATION = '910000007';
const RECIPIENT = { emailAddress: 'anne@example.com', language: 'en' } as const;
const AT = '2026-03-01T12:00:00.000Z';
const batchOf = (reference: string) => ({ organizationNumber: ORGANIZATION, reference });

describe('the email about the end of a batch', () => {
  let temporal: TestWorkflowEnvironment;
  let storage: Storage;
  let mail: MailServer;
  let close: () => Promise<void>;
  /** Called before the worker of emails reads the log of a batch. */
  let beforeEmail: (() => Promise<void>) | undefined;

  before(async () => {
    ({ temporal, storage, mail, close } = await startEmailStage({
      batches: (parts) => ({
        find: async (batch) => {
          await beforeEmail?.();
          return await parts.storage.batches.find(batch);
        },
      }),
      activities: (parts) =>
        createAdvanceBatchActivity({
          ...parts.storage,
          temporal: parts.temporal.client,
          taskQueue: TASK_QUEUE,
          encryption: createJsonEncryption([generateKey('test')]),
          sendsEmails: true,
        }),
    }));
  });
  after(() => (close as typeof close | undefined)?.());

  /** Ends the job of a row. */
  async function settle(reference: string, outcome: SigningOutcome): Promise<void> {
    const entry = await storage.ledger.find({ organizationNumber: ORGANIZATION, reference });
    assert.ok(entry !== undefined);
    const settled = { outcome, folder: reference, settledAt: AT };
    await storage.ledger.advance(entry, { settled, confirmedAt: AT });
  }

  /** Releases rows whose jobs have ended, are at the service or are not sent. */
  async function release(
    batch: string,
    states: Readonly<Record<string, SigningOutcome | 'WAITING' | 'UNSENT'>>,
  ): Promise<void> {
    for (const [reference, state] of Object.entries(states)) {
      const key = { organizationNumber: ORGANIZATION, reference };
      const contentDigest = 'c'.repeat(64);
      const claim = { ...key, flow: 'PORTAL', contentDigest, batch, ...CLAIMED_INPUT } as const;
      const entry = await storage.ledger.claim(claim);
      if (state === 'WAITING')
        await storage.ledger.advance(entry, { created: { signatureJobId: reference, createdAt: AT } });
      else if (state !== 'UNSENT') await settle(reference, state);
    }
    const rows = Object.keys(states).map((reference, index) => ({ reference, row: index + 2 }));
    const list = await storage.batches.addRows(batchOf(batch), rows);
    await storage.batches.record(batchOf(batch), { event: 'RELEASED', at: AT, lists: [list] });
  }

  const optionsOf = (reference: string) => ({
    ...batchOptionsOf({ version: 1, ...batchOf(reference), storageId: 'unused' }),
    taskQueue: TASK_QUEUE,
  });
  /** As the client does. */
  const tell = (reference: string, emailsTo: EmailRecipient = RECIPIENT) =>
    temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.batchSending, {
      ...optionsOf(reference),
      signal: batchChangedSignal,
      signalArgs: [{ emailsTo }],
    });
  const emailsAbout = (reference: string) =>
    mail.received.filter(({ subject }) => subject.endsWith(`: ${reference}`)).map(({ text }) => text);

  it('is sent once for each end, also when the workflow runs again', async () => {
    await release('once', { 'once-1': 'SIGNED', 'once-2': 'REJECTED' });
    await (await tell('once')).result();
    await (await tell('once')).result();
    const [text, ...others] = emailsAbout('once');
    assert.match(text ?? '', /Signed: 1\. Rejected: 1\. Expired: 0\. Cancelled: 0\. Failed: 0\./u);
    assert.equal(others.length, 0);
    await release('once', { 'once-3': 'EXPIRED' });
    await (await tell('once')).result();
    assert.equal(emailsAbout('once').length, 2);
    assert.match(emailsAbout('once')[1] ?? '', /Signed: 1\. Rejected: 1\. Expired: 1\./u);
  });

  it('goes to the person whom the newest signal names, also when a worker has started the workflow; without one there is none', async () => {
    await release('late', { 'late-1': 'WAITING' });
    const handle = await temporal.client.workflow.start(WORKFLOW_TYPES.batchSending, optionsOf('late'));
    await tell('late');
    await tell('late', { ...RECIPIENT, emailAddress: 'bjorn@example.com' });
    // A person's order names none.
    await handle.signal(batchChangedSignal);
    await settle('late-1', 'SIGNED');
    await handle.result();
    const about = mail.received.filter(({ subject }) => subject.endsWith(': late'));
    assert.deepEqual(
      about.map(({ to }) => to),
      [['bjorn@example.com']],
    );
    await release('unnamed', { 'unnamed-1': 'SIGNED' });
    await (await temporal.client.workflow.start(WORKFLOW_TYPES.batchSending, optionsOf('unnamed'))).result();
    assert.deepEqual(emailsAbout('unnamed'), []);
  });

  it('waits for the rows of a paused batch, and counts those that were cancelled', async () => {
    await release('stopped', { 'stopped-1': 'SIGNED', 'stopped-2': 'UNSENT' });
    await storage.batches.record(batchOf('stopped'), { event: 'PAUSED', at: AT });
    const paused = await tell('stopped');
    const isPaused = async () => {
      const { isPaused: is, counts } = await paused.query(describeBatchQuery);
      return is && counts?.UNSENT === 1;
    };
    await waitFor(isPaused, { what: 'the batch is paused' });
    assert.deepEqual(emailsAbout('stopped'), []);
    await storage.batches.record(batchOf('stopped'), { event: 'CANCELLED', at: AT, lists: [1] });
    await (await tell('stopped')).result();
    const [text, ...others] = emailsAbout('stopped');
    assert.match(text ?? '', /Signed: 1\..* Cancelled: 1\./u);
    assert.equal(others.length, 0);
  });

  it('holds up no new rows while the mail server takes none, and then tells of all', async () => {
    await release('held', { 'held-1': 'SIGNED' });
    mail.behave({ recipient: 451 });
    const { refusals } = mail;
    await tell('held');
    await waitFor(() => mail.refusals > refusals, { what: 'the email is refused' });
    // The next attempt is an hour away.
    await temporal.sleep('5 hours');
    await release('held', { 'held-2': 'SIGNED' });
    const handle = await tell('held');
    const counted = async () => (await handle.query(describeBatchQuery)).counts?.SIGNED === 2;
    await waitFor(counted, { what: 'the new row is counted' });
    mail.behave('accept');
    await handle.result();
    const [text, ...others] = emailsAbout('held');
    assert.match(text ?? '', /Signed: 2\./u);
    assert.equal(others.length, 0);
  });

  it('tells of rows that were released just before it, also without another signal', async () => {
    await release('raced', { 'raced-1': 'SIGNED' });
    beforeEmail = async () => {
      beforeEmail = undefined;
      await release('raced', { 'raced-2': 'SIGNED' });
    };
    const { counts } = (await (await tell('raced')).result()) as BatchResult;
    assert.equal(counts.SIGNED, 2);
    const [text, ...others] = emailsAbout('raced');
    assert.match(text ?? '', /Signed: 2\./u);
    assert.equal(others.length, 0);
  });

  it('is given up three days after the end', async () => {
    await release('given-up', { 'given-up-1': 'SIGNED' });
    mail.behave({ recipient: 451 });
    await (await tell('given-up')).result();
    mail.behave('accept');
    assert.deepEqual(emailsAbout('given-up'), []);
  });
});
