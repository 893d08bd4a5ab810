import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { EmailOutcome, JobEmail } from '@signering/contract';
import { createEmailActivities, type SendEmailInput } from '@signering/activities';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { SigningError } from '@signering/schema';
import { openFileStorage, type Storage } from '@signering/storage';
import { startMailServer, type MailServer } from '../end-to-end/mail-server.js';
import { freshFolder, waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { runActivity, runAttempt } from './activity-stage.js';

const ORGANIZATION = '910000007';
const SIGNED: JobEmail = { kind: 'SIGNED', signer: 1, signed: 1, signers: 2 };
const RECIPIENT = {
  emailAddress: 'anne@example.com',
  language: 'en',
  link: 'https://portal.example.com/jobs/1',
} as const;

describe('an email about a job', () => {
  let storage: Storage;
  let mail: MailServer;
  let jobs = 0;
  const outcomes: string[] = [];
  before(async () => {
    storage = await openFileStorage({ root: freshFolder('emails'), create: true });
  });
  beforeEach(async () => {
    mail = await startMailServer();
  });
  afterEach(() => mail.close());

  async function job(): Promise<{ organizationNumber: string; reference: string }> {
    jobs += 1;
    const key = { organizationNumber: ORGANIZATION, reference: `job-${jobs}` };
    await storage.ledger.claim({ ...key, flow: 'PORTAL', contentDigest: 'c'.repeat(64), ...CLAIMED_INPUT });
    return key;
  }

  type Dependencies = Parameters<typeof createEmailActivities>[0];
  const activities = (
    smtp: Partial<Dependencies['smtp']> = {},
    parts: Partial<Pick<Dependencies, 'ledger' | 'batches'>> = {},
  ) =>
    createEmailActivities({
      ledger: storage.ledger,
      batches: storage.batches,
      ...parts,
      batchEmails: storage.batchEmails,
      smtp: { host: '127.0.0.1', port: mail.port, encryption: 'NONE', ...smtp },
      from: 'signing@example.org',
      onEmail: (outcome) => outcomes.push(outcome),
    });
  const send = (input: SendEmailInput): Promise<EmailOutcome> => runActivity(activities().sendEmail, input);
  const recorded = async (key: { organizationNumber: string; reference: string }) =>
    (await storage.ledger.find(key))?.emails;

  it('is sent once, in plain text, with reference and link alone, and a repeat sends nothing', async () => {
    const key = await job();
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    assert.equal(await send(input), 'SENT');
    assert.equal(await send(input), 'SENT');
    const [email, ...others] = mail.received;
    assert.equal(others.length, 0);
    assert.deepEqual([email?.from, email?.to], ['signing@example.org', ['anne@example.com']]);
    assert.equal(email?.subject, `Signer 1 has signed: ${key.reference}`);
    assert.equal(
      email.text.trim(),
      `Signer 1 has signed.\n\n1 of 2 have signed.\n\nReference of the job: ${key.reference}\n` +
        `See the job: ${RECIPIENT.link}\n\nYou get this email because you made the job. Replies are not read.`,
    );
    assert.match(email.raw, /^Content-Type: text\/plain/mu);
    assert.match(email.raw, /^Auto-Submitted: auto-generated/mu);
    const [record] = (await recorded(key)) ?? [];
    assert.deepEqual([record?.email, typeof record?.sentAt], ['SIGNED/1', 'string']);
  });

  it('has the same Message-ID at each attempt, and another one for each email', async () => {
    const key = await job();
    mail.behave({ content: 451 });
    await assert.rejects(send({ ...key, recipient: RECIPIENT, email: SIGNED }), {
      code: 'EMAIL_NOT_SENT',
      retryable: true,
    });
    assert.deepEqual(await recorded(key), []);
    mail.behave('accept');
    await send({ ...key, recipient: RECIPIENT, email: SIGNED });
    await send({ ...key, recipient: RECIPIENT, email: { ...SIGNED, signer: 2 } });
    const [first, second] = mail.received.map(({ messageId }) => messageId);
    assert.match(first ?? '', /^<[0-9a-f]{40}@example\.org>$/u);
    assert.notEqual(first, second);
  });

  it('is in doubt, and never sent again, when the connection breaks before the answer', async () => {
    const key = await job();
    mail.behave('cut');
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    assert.equal(await send(input), 'IN_DOUBT');
    mail.behave('accept');
    assert.equal(await send(input), 'IN_DOUBT');
    assert.equal(mail.received.length, 1);
    assert.equal(mail.connections, 1);
    assert.equal(outcomes.at(-1), 'IN_DOUBT');
  });

  it('is in doubt when an earlier worker recorded that it was sending it, and no more', async () => {
    const key = await job();
    const entry = await storage.ledger.find(key);
    assert.ok(entry !== undefined);
    const claimedAt = new Date().toISOString();
    await storage.ledger.advance(entry, { emails: [{ email: 'SIGNED/1', claimedAt }] });
    assert.equal(await send({ ...key, recipient: RECIPIENT, email: SIGNED }), 'IN_DOUBT');
    assert.equal(mail.connections, 0);
  });

  it('is sent once by two workers at the same time', async () => {
    const key = await job();
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    await Promise.all([send(input), send(input)]);
    assert.equal(mail.received.length, 1);
  });

  it('is not sent again after the server refused it to another worker', async () => {
    const key = await job();
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    mail.behave('keep-back');
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const sending = waitFor(() => mail.received.length === 1, { what: 'the server has the email' });
    const first: { running?: Promise<EmailOutcome> } = {};
    const refusing = await startMailServer();
    refusing.behave({ recipient: 451 });
    // The second worker has looked into the ledger before the first one claimed the email.
    const find: Storage['ledger']['find'] = async (looked) => {
      const entry = await storage.ledger.find(looked);
      first.running ??= environment.run(activities().sendEmail, input);
      await sending;
      return entry;
    };
    const advance: Storage['ledger']['advance'] = (...change) => storage.ledger.advance(...change);
    const second = activities({ port: refusing.port }, { ledger: { find, advance } });
    await assert.rejects(runActivity(second.sendEmail, input), { code: 'EMAIL_NOT_SENT' });
    await refusing.close();
    assert.equal((await recorded(key))?.length, 1);
    environment.cancel('WORKER_SHUTDOWN');
    assert.equal(await first.running, 'IN_DOUBT');
    mail.behave('accept');
    assert.equal(await send(input), 'IN_DOUBT');
    assert.equal(mail.received.length, 1);
  });

  it('is not in doubt after short failures of the storage', async () => {
    const key = await job();
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    let fails = false;
    const advance: Storage['ledger']['advance'] = (entry, next) => {
      const isClaimed = entry.emails?.some(({ sentAt }) => sentAt === undefined) === true;
      fails = isClaimed && !fails;
      if (fails) return Promise.reject(new Error('EIO'));
      return storage.ledger.advance(entry, next);
    };
    const flaky = () =>
      activities({}, { ledger: { find: (looked) => storage.ledger.find(looked), advance } }).sendEmail;
    mail.behave({ content: 451 });
    await assert.rejects(runActivity(flaky(), input), { code: 'EMAIL_NOT_SENT' });
    assert.deepEqual(await recorded(key), []);
    mail.behave('accept');
    assert.equal(await runActivity(flaky(), input), 'SENT');
    assert.equal(await send(input), 'SENT');
    assert.equal(mail.received.length, 1);
  });

  it('is given up when the server refuses the recipient for good, without the address in the message', async () => {
    const key = await job();
    mail.behave({ recipient: 550 });
    await assert.rejects(
      send({ ...key, recipient: RECIPIENT, email: SIGNED }),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'EMAIL_REFUSED');
        assert.match(error.message, /the server answered 550 to RCPT TO/u);
        assert.doesNotMatch(error.message, /anne/u);
        return true;
      },
    );
    mail.behave({ recipient: 451 });
    await assert.rejects(send({ ...key, recipient: RECIPIENT, email: SIGNED }), { code: 'EMAIL_NOT_SENT' });
    assert.equal(await recorded(key), undefined);
  });

  it('is not sent without TLS, to a server whose certificate is not trusted, or to one that is down', async () => {
    const key = await job();
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    const plain = runActivity(activities({ encryption: 'STARTTLS' }).sendEmail, input);
    await assert.rejects(plain, { code: 'EMAIL_NOT_SENT' });
    const secured = await startMailServer({ secure: true, logger: false });
    const selfSigned = activities({ port: secured.port, encryption: 'TLS', host: 'localhost' });
    await assert.rejects(runActivity(selfSigned.sendEmail, input), { code: 'EMAIL_NOT_SENT' });
    await secured.close();
    const down = activities({ port: secured.port });
    await assert.rejects(runActivity(down.sendEmail, input), { code: 'EMAIL_NOT_SENT' });
    assert.deepEqual([mail.received.length, secured.received.length, await recorded(key)], [0, 0, undefined]);
  });

  it('is stopped at once while the server hangs', async () => {
    const key = await job();
    mail.behave('keep-back');
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const running = environment.run(activities().sendEmail, { ...key, recipient: RECIPIENT, email: SIGNED });
    await waitFor(() => mail.received.length === 1, { what: 'the server has the email' });
    environment.cancel('WORKER_SHUTDOWN');
    assert.equal(await running, 'IN_DOUBT');
  });

  it('is not stopped by a cancellation once the server may have it', async () => {
    const key = await job();
    mail.behave('keep-back');
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const running = environment.run(activities().sendEmail, { ...key, recipient: RECIPIENT, email: SIGNED });
    await waitFor(() => mail.received.length === 1, { what: 'the server has the email' });
    environment.cancel('CANCELLED');
    mail.answer();
    assert.equal(await running, 'SENT');
  });

  it('is not sent by an attempt that was cancelled before the claim', async () => {
    const key = await job();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    const { port } = silent.address() as AddressInfo;
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    const running = environment.run(activities({ port }).sendEmail, input);
    await connected;
    environment.cancel('CANCELLED');
    await assert.rejects(running, { code: 'EMAIL_NOT_SENT', retryable: true });
    silent.close();
    assert.equal(await recorded(key), undefined);
    assert.equal(await send(input), 'SENT');
  });

  it('is not sent by an attempt that was cancelled before it looked at the ledger', async () => {
    const key = await job();
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const input = { ...key, recipient: RECIPIENT, email: SIGNED };
    const running = environment.run(activities().sendEmail, input);
    environment.cancel('CANCELLED');
    await assert.rejects(running, { code: 'EMAIL_NOT_SENT', retryable: true });
    assert.deepEqual([mail.connections, await recorded(key)], [0, undefined]);
    assert.equal(await send(input), 'SENT');
  });

  it('is not sent when it is no longer true', async () => {
    const late: readonly JobEmail[] = [
      { kind: 'DEADLINE', deadline: '2020-01-01T00:00:00.000Z', signed: 0, signers: 1 },
      { kind: 'STORAGE_ENDS', serviceKeepsUntil: '2020-01-01T00:00:00.000Z' },
    ];
    const key = await job();
    for (const email of late)
      assert.equal(await send({ ...key, recipient: RECIPIENT, email }), 'NO_LONGER_TRUE');
    const entry = await storage.ledger.find(key);
    assert.ok(entry !== undefined);
    const at = new Date().toISOString();
    const settled = { outcome: 'SIGNED', folder: 'f', settledAt: at } as const;
    await storage.ledger.advance(entry, { settled, confirmedAt: at, documentsDeletedAt: at });
    const future = '2999-01-01T00:00:00.000Z';
    const overtaken: readonly JobEmail[] = [
      { kind: 'DEADLINE', deadline: future, signed: 0, signers: 1 },
      { kind: 'STORAGE_ENDS', serviceKeepsUntil: future },
    ];
    for (const email of overtaken)
      assert.equal(await send({ ...key, recipient: RECIPIENT, email }), 'NO_LONGER_TRUE');
    const unknown = { organizationNumber: ORGANIZATION, reference: 'unknown' };
    assert.equal(await send({ ...unknown, recipient: RECIPIENT, email: SIGNED }), 'NO_LONGER_TRUE');
    assert.equal(mail.connections, 0);
  });

  it('about the end of a batch is sent once, and tells of the newest end alone', async () => {
    const batch = { organizationNumber: ORGANIZATION, reference: 'batch-1' };
    const open = () =>
      storage.batches.record(batch, { event: 'RELEASED', at: new Date().toISOString(), lists: [] });
    const rows = { signed: 3, rejected: 1, expired: 2, cancelled: 0, failed: 0 };
    const ended = (opened: number) => ({
      ...batch,
      recipient: RECIPIENT,
      email: { kind: 'BATCH_ENDED', opened, ...rows } as const,
    });
    const first = ended(await open());
    mail.behave({ content: 451 });
    await assert.rejects(send(first), { code: 'EMAIL_NOT_SENT', retryable: true });
    mail.behave('accept');
    await Promise.all([send(first), send(first)]);
    assert.equal(await send(first), 'SENT');
    const [email, ...others] = mail.received;
    assert.deepEqual([email?.subject, others.length], ['The batch has ended: batch-1', 0]);
    assert.equal(
      email?.text.trim(),
      'The batch has ended.\n\nSigned: 3. Rejected: 1. Expired: 2. Cancelled: 0. Failed: 0.\n\n' +
        `Reference of the batch: batch-1\nSee the batch: ${RECIPIENT.link}\n\n` +
        'You get this email because you made the batch. Replies are not read.',
    );
    const overtaken = ended(await open());
    const newest = ended(await open());
    mail.behave('cut');
    assert.equal(await send(newest), 'IN_DOUBT');
    mail.behave('accept');
    assert.equal(await send(newest), 'IN_DOUBT');
    assert.equal(await send(overtaken), 'NO_LONGER_TRUE');
    assert.equal(mail.received.length, 2);
    const last = ended(await open());
    let looks = 0;
    const batches: Dependencies['batches'] = {
      find: async (identity) => {
        looks += 1;
        // Rows are released while the server accepts sender and recipient.
        if (looks === 2) await open();
        return await storage.batches.find(identity);
      },
    };
    assert.equal(await runActivity(activities({}, { batches }).sendEmail, last), 'NO_LONGER_TRUE');
    assert.equal(mail.received.length, 2);
  });

  it('whose end the storage did not take is sent once, and not in doubt', async () => {
    const { ledger } = storage;
    const ends = { ...(await job()), recipient: RECIPIENT, email: SIGNED };
    const passedOn: unknown[] = [];
    // The claim is recorded, the server refuses the email, and the claim cannot be released.
    mail.behave({ content: 451 });
    let finds = 0;
    const find: typeof ledger.find = (...args) => {
      finds += 1;
      if (finds > 2) throw new SigningError('VERSION_NOT_SUPPORTED', 'A later version wrote it');
      return ledger.find(...args);
    };
    const failing: Dependencies['ledger'] = { find, advance: ledger.advance.bind(ledger) };
    const { sendEmail } = activities({}, { ledger: failing });
    await assert.rejects(runAttempt(sendEmail, ends, { passedOn, attempt: 1 }), {
      code: 'VERSION_NOT_SUPPORTED',
    });
    assert.equal((await recorded(ends))?.length, 1);
    mail.behave('accept');
    const again = { passedOn, attempt: 2 };
    assert.equal(await runAttempt(activities().sendEmail, ends, again), 'SENT');
    assert.equal(mail.received.length, 1);
    // As if the record of this email had not been taken.
    const [record] = (await recorded(ends)) ?? [];
    const entry = await ledger.find(ends);
    assert.ok(entry !== undefined && record?.claim !== undefined);
    const { sentAt: _, ...claimed } = record;
    await ledger.advance(entry, { emails: [claimed] });
    assert.equal(await send(ends), 'IN_DOUBT');
    const sent = [{ state: { claim: record.claim, isSent: true } }];
    assert.equal(await runAttempt(activities().sendEmail, ends, { passedOn: sent, attempt: 2 }), 'SENT');
    assert.equal(typeof (await recorded(ends))?.[0]?.sentAt, 'string');
    assert.equal(mail.received.length, 1);
  });

  it('goes to one plain address alone', async () => {
    const key = await job();
    for (const emailAddress of [
      'anne@example.com\r\nBcc: eve@example.com',
      'anne@example.com, eve@example.com',
      'anne@example.com>\r\nRCPT TO:<eve@example.com',
    ]) {
      const recipient = { ...RECIPIENT, emailAddress };
      await assert.rejects(send({ ...key, recipient, email: SIGNED }), { code: 'INVALID_REQUEST' });
    }
    const recipient = { ...RECIPIENT, link: 'javascript:alert(1)' };
    await assert.rejects(send({ ...key, recipient, email: SIGNED }), { code: 'INVALID_REQUEST' });
    assert.equal(mail.connections, 0);
  });
});
