import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  jobEmailsOptionsOf,
  jobNewsSignal,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type JobEmailsResult,
  type JobNews,
  type SignerProgress,
} from '@signering/contract';
import type { Storage } from '@signering/storage';
import { dueEmails, newsOf } from '@signering/workflows/internal/due-emails.js';
import type { MailServer } from '../end-to-end/mail-server.js';
import { waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { startEmailStage } from './email-stage.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const RECIPIENT = { emailAddress: 'anne@example.com', language: 'en' } as const;

describe('the emails that are due', () => {
  const signers: readonly SignerProgress[] = [{ signer: 1, status: 'WAITING' } as SignerProgress];
  const deadline = Date.parse('2026-12-10T12:00:00.000Z');
  const standing = { signers, deadline, keptUntil: undefined };

  it('remind of a deadline of more than 48 hours, 24 hours before it, and of no shorter one', () => {
    const news = newsOf(standing, 48 * HOUR_MS + 1000);
    assert.deepEqual(dueEmails(news, deadline - 25 * HOUR_MS), { due: [], nextAt: deadline - DAY_MS });
    assert.deepEqual(
      dueEmails(news, deadline - DAY_MS).due.map(({ kind }) => kind),
      ['DEADLINE'],
    );
    assert.deepEqual(dueEmails(news, deadline), { due: [] });
    for (const availableMs of [48 * HOUR_MS, HOUR_MS]) {
      assert.deepEqual(dueEmails(newsOf(standing, availableMs), deadline - HOUR_MS), { due: [] });
    }
  });

  it('tell what each signer did, and an end that no signer brought about', () => {
    const acted = ['SIGNED', 'REJECTED', 'WAITING'].map((status, index) => ({ signer: index + 1, status }));
    const kinds = (news: JobNews) => dueEmails(news, 0).due.map(({ kind }) => kind);
    assert.deepEqual(kinds({ signers: acted, outcome: 'REJECTED' }), ['SIGNED', 'REJECTED']);
    assert.deepEqual(kinds({ signers: [], outcome: 'EXPIRED' }), ['ENDED']);
    assert.deepEqual(kinds({ signers: [], outcome: 'CANCELLED' }), []);
  });

  it('tell four days before the service deletes what all have signed, and of nothing else', () => {
    const keptUntil = new Date('2027-01-20T12:00:00.000Z');
    const of = (outcome: JobNews['outcome']) =>
      newsOf({ ...standing, signers: [], keptUntil, outcome }, DAY_MS);
    const fourDaysBefore = Number(keptUntil) - 4 * DAY_MS;
    assert.deepEqual(dueEmails(of('SIGNED'), 0), { due: [], nextAt: fourDaysBefore });
    assert.deepEqual(
      dueEmails(of('SIGNED'), fourDaysBefore).due.map(({ kind }) => kind),
      ['STORAGE_ENDS'],
    );
    assert.deepEqual(dueEmails(of('REJECTED'), fourDaysBefore), { due: [] });
    assert.deepEqual(dueEmails(of(undefined), fourDaysBefore), { due: [] });
    // The archive may be held up: the service deletes anyway.
    const completed = newsOf({ ...standing, signers: [], keptUntil, isCompleted: true }, DAY_MS);
    const [unarchived] = dueEmails(completed, fourDaysBefore).due;
    assert.deepEqual(unarchived, { kind: 'STORAGE_ENDS', serviceKeepsUntil: keptUntil.toISOString() });
    const [archived] = dueEmails(of('SIGNED'), fourDaysBefore).due;
    assert.deepEqual(archived, { ...unarchived, archived: true });
  });
});

describe('the workflow of the emails about a job', () => {
  let temporal: TestWorkflowEnvironment;
  let storage: Storage;
  let mail: MailServer;
  let close: () => Promise<void>;

  before(async () => {
    ({ temporal, storage, mail, close } = await startEmailStage());
  });
  after(() => (close as typeof close | undefined)?.());

  async function jobOf(reference: string) {
    const job = { organizationNumber: '910000007', reference };
    await storage.ledger.claim({ ...job, flow: 'PORTAL', contentDigest: 'c'.repeat(64), ...CLAIMED_INPUT });
    const subjects = () =>
      mail.received.filter(({ subject }) => subject.endsWith(`: ${reference}`)).map(({ subject }) => subject);
    return {
      subjects,
      tell: (news: JobNews) =>
        temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.jobEmails, {
          ...jobEmailsOptionsOf({ version: 1, ...job, recipient: RECIPIENT }),
          taskQueue: TASK_QUEUE,
          signal: jobNewsSignal,
          signalArgs: [news],
        }),
      heard: (count: number) =>
        waitFor(() => subjects().length >= count, { what: `${count} emails about ${reference}` }),
    };
  }
  const inDays = async (days: number) =>
    new Date((await temporal.currentTimeMs()) + days * DAY_MS).toISOString();
  const waiting = [{ signer: 1, status: 'WAITING' }];
  const signed = [{ signer: 1, status: 'SIGNED' }];

  it('sends each email once, at its time, also when news are repeated or the workflow runs again', async () => {
    const job = await jobOf('all-emails');
    const remindOf = await inDays(30);
    await job.tell({ signers: waiting, remindOf });
    await temporal.sleep('28 days');
    assert.deepEqual(job.subjects(), []);
    await temporal.sleep('25 hours');
    await job.heard(1);
    await job.tell({ signers: signed, remindOf });
    await job.heard(2);
    const ended = { signers: signed, outcome: 'SIGNED', serviceKeepsUntil: await inDays(40) } as const;
    await job.tell(ended);
    const handle = await job.tell(ended);
    const expected = [
      'The deadline is near: all-emails',
      'Signer 1 has signed: all-emails',
      'Posten signering deletes the documents soon: all-emails',
    ];
    const { emails } = (await handle.result()) as JobEmailsResult;
    assert.deepEqual(job.subjects(), expected);
    assert.deepEqual(new Set(Object.values(emails)), new Set(['SENT']));
    const again = await job.tell({ ...ended, serviceKeepsUntil: await inDays(2) });
    await again.result();
    assert.deepEqual(job.subjects(), expected);
  });

  it('reminds of each deadline of a job whose groups sign one after the other', async () => {
    const job = await jobOf('groups');
    await job.tell({ signers: waiting, remindOf: await inDays(10) });
    await temporal.sleep('5 days');
    // The first group has signed: the second has its own time.
    await job.tell({ signers: waiting, remindOf: await inDays(10) });
    await temporal.sleep('5 days');
    assert.deepEqual(job.subjects(), []);
    await temporal.sleep('97 hours');
    await job.heard(1);
    const handle = await job.tell({ signers: waiting, outcome: 'CANCELLED' });
    await handle.result();
    assert.deepEqual(job.subjects(), ['The deadline is near: groups']);
  });

  it('sends no reminder about a job that ended before', async () => {
    const job = await jobOf('early');
    await job.tell({ signers: waiting, remindOf: await inDays(30) });
    const handle = await job.tell({ signers: waiting, outcome: 'EXPIRED' });
    await handle.result();
    assert.deepEqual(job.subjects(), ['The time ran out before all had signed: early']);
  });

  it('sends a reminder in time while the mail server takes no other email', async () => {
    const job = await jobOf('reminder-first');
    mail.behave({ recipient: 451 });
    const remindOf = new Date((await temporal.currentTimeMs()) + 26 * HOUR_MS).toISOString();
    await job.tell({ signers: [...signed, ...waiting], remindOf });
    await temporal.sleep('3 hours');
    mail.behave('accept');
    // The longest pause between two attempts is an hour.
    await temporal.sleep('2 hours');
    await job.heard(2);
    assert.deepEqual(job.subjects(), [
      'The deadline is near: reminder-first',
      'Signer 1 has signed: reminder-first',
    ]);
    const handle = await job.tell({ signers: signed, outcome: 'CANCELLED' });
    await handle.result();
  });

  it('stops trying a reminder of a deadline that has moved, which holds up nothing, and reminds of the new one', async () => {
    const job = await jobOf('moved');
    mail.behave({ recipient: 451 });
    const tried = mail.connections;
    const remindOf = new Date((await temporal.currentTimeMs()) + 20 * HOUR_MS).toISOString();
    await job.tell({ signers: waiting, remindOf });
    // The next attempt is an hour away.
    await temporal.sleep('5 hours');
    assert.ok(mail.connections > tried);
    mail.behave('accept');
    const later = await inDays(10);
    await job.tell({ signers: [...signed, ...waiting], remindOf: later });
    await job.heard(1);
    assert.deepEqual(job.subjects(), ['Signer 1 has signed: moved']);
    await temporal.sleep('9 days');
    await temporal.sleep('1 hour');
    await job.heard(2);
    const handle = await job.tell({ signers: signed, outcome: 'CANCELLED' });
    const { emails } = (await handle.result()) as JobEmailsResult;
    assert.deepEqual(emails, { 'SIGNED/1': 'SENT', [`DEADLINE/${later}`]: 'SENT' });
  });

  it('gives up all emails three days after the news', async () => {
    const job = await jobOf('three-days');
    mail.behave({ recipient: 451 });
    const began = await temporal.currentTimeMs();
    const acted = [1, 2, 3].map((signer) => ({ signer, status: 'SIGNED' }));
    const handle = await job.tell({ signers: acted, outcome: 'REJECTED' });
    const { emails } = (await handle.result()) as JobEmailsResult;
    mail.behave('accept');
    assert.deepEqual(new Set(Object.values(emails)), new Set(['GIVEN_UP']));
    // Not the server's clock, which goes on to the next timer of any workflow before it is read.
    const { closeTime } = await handle.describe();
    const days = (Number(closeTime) - began) / DAY_MS;
    assert.ok(days > 2.9 && days < 3.5, `${days} days`);
  });

  it('goes on after an email that the server refuses for good', async () => {
    const job = await jobOf('refused');
    mail.behave({ recipient: 550 });
    const handle = await job.tell({ signers: signed, outcome: 'REJECTED' });
    const { emails } = (await handle.result()) as JobEmailsResult;
    mail.behave('accept');
    assert.deepEqual(emails, { 'SIGNED/1': 'GIVEN_UP' });
    const { events } = await handle.fetchHistory();
    assert.ok((events?.length ?? 0) < 20, `${events?.length} events of history`);
  });
});
