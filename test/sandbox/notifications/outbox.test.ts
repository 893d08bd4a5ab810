import assert from 'node:assert/strict';
import { planNotifications } from '@signering/sandbox/internal/notifications/plan-notifications.js';
import type { NotificationChannel } from '@signering/sandbox/internal/notifications/notification.js';
import { signerByEmail, signerByLookup, signerByNumber } from '../stage/order.js';
import { syntheticNumber } from '../stage/synthetic-number.js';
import { openTestApi, type TestApi } from '../stage/test-api.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Noon in Norway, in winter. */
const NOON = new Date('2027-01-11T11:00:00Z');

interface Message {
  readonly signatureJobId: string;
  readonly sentAt: string;
  readonly signer: number;
  readonly kind: string;
  readonly channel: string;
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
}

describe('the plan of notifications', () => {
  const plan = (days: number, channels: readonly NotificationChannel[], from = NOON) => {
    const deadline = new Date(from.getTime() + days * DAY_MS);
    return planNotifications({ signer: 1, channels, availableAt: from, deadline }).map(
      ({ kind, channel, dueAt }) => `${kind} ${channel} ${(deadline.getTime() - Date.parse(dueAt)) / DAY_MS}`,
    );
  };

  it('is an email, an email reminder and finally an SMS, depending on the available time', () => {
    const both = ['EMAIL', 'SMS'] as const;
    assert.deepEqual(plan(30, both), ['INVITATION EMAIL 30', 'REMINDER EMAIL 5', 'REMINDER SMS 2']);
    assert.deepEqual(plan(10, both), ['INVITATION EMAIL 10', 'REMINDER EMAIL 5', 'REMINDER SMS 2']);
    assert.deepEqual(plan(9, both), ['INVITATION EMAIL 9', 'REMINDER EMAIL 3', 'REMINDER SMS 2']);
    assert.deepEqual(plan(5, both), ['INVITATION EMAIL 5', 'REMINDER EMAIL 2', 'REMINDER SMS 1']);
    assert.deepEqual(plan(3, both), ['INVITATION EMAIL 3', 'REMINDER EMAIL 1', 'REMINDER SMS 1']);
    assert.deepEqual(plan(1.25, both), ['INVITATION EMAIL 1.25', 'REMINDER EMAIL 1', 'REMINDER SMS 1']);
    assert.deepEqual(plan(1, both), ['INVITATION EMAIL 1', 'INVITATION SMS 1']);
  });

  it('has one reminder, at the times of emails, with one channel', () => {
    assert.deepEqual(plan(10, ['SMS']), ['INVITATION SMS 10', 'REMINDER SMS 5']);
    assert.deepEqual(plan(10, ['EMAIL']), ['INVITATION EMAIL 10', 'REMINDER EMAIL 5']);
  });

  it('sends no SMS at night, unless the deadline is before the morning', () => {
    const night = new Date('2027-01-11T22:30:00Z');
    const [first] = planNotifications({
      signer: 1,
      channels: ['SMS'],
      availableAt: night,
      deadline: new Date(night.getTime() + 20 * HOUR_MS),
    });
    assert.equal(first!.dueAt, '2027-01-12T07:00:00.000Z');
    const [urgent] = planNotifications({
      signer: 1,
      channels: ['SMS'],
      availableAt: night,
      deadline: new Date(night.getTime() + 2 * HOUR_MS),
    });
    assert.equal(urgent!.dueAt, night.toISOString());
  });
});

describe('the outbox', () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(async () => await api.close());

  const messagesOf = async (id: string): Promise<readonly Message[]> =>
    (await api.admin<{ readonly notifications: readonly Message[] }>('GET', '/outbox')).notifications.filter(
      ({ signatureJobId }) => signatureJobId === id,
    );

  it('contains sender, non-sensitive title, deadline and reference, never the title', async () => {
    const id = await api.createJob({ reference: 'ordre 17' });
    const [message] = await messagesOf(id);
    assert.equal(message!.to, 'undertegner-1@example.com');
    assert.match(message!.subject!, /Fjordgløtt Bygg AS/u);
    assert.match(
      message!.text,
      /«En avtale»[\s\S]*Fristen er \d\d\.\d\d\.\d{4} kl\. \d\d:\d\d[\s\S]*ordre 17/u,
    );
    assert.ok(!JSON.stringify(message).includes('grønne epler'));
  });

  it('gives a signer by contact information a separate link and a security code', async () => {
    const id = await api.createJob({ signers: [signerByEmail(1)] });
    const [message] = await messagesOf(id);
    const code = api.parts.jobs.find(id)!.signers[0]!.securityCode!;
    assert.match(code, /^\d{6}$/u);
    assert.match(message!.text, new RegExp(`/pages/\\S+ .*${code}`, 'u'));
  });

  it('notifies a group when its turn comes, and reminds only those who have not signed', async () => {
    const id = await api.createJob({
      signers: [
        signerByNumber(1, { order: 1 }),
        signerByNumber(2, { order: 2 }),
        signerByNumber(3, { order: 2 }),
      ],
      manifest: { availability: { availableSeconds: (10 * DAY_MS) / 1000 } },
    });
    const sent = async () => (await messagesOf(id)).map(({ signer, kind }) => `${signer} ${kind}`);
    assert.deepEqual(await sent(), ['1 INVITATION']);
    await api.sign(id, 1);
    assert.deepEqual(await sent(), ['1 INVITATION', '2 INVITATION', '3 INVITATION']);
    await api.sign(id, 2);
    await api.advance((6 * DAY_MS) / 1000);
    assert.deepEqual((await sent()).slice(3), ['3 REMINDER']);
    assert.match((await messagesOf(id)).at(-1)!.text, /2 av 3 har signert/u);
  });

  it('notifies invited signers that the sender has cancelled', async () => {
    const id = await api.createJob({
      signers: [signerByNumber(1, { order: 1 }), signerByNumber(2, { order: 2 })],
    });
    await api.call('POST', `/portal/signature-jobs/${id}/cancel`);
    const sent = await messagesOf(id);
    assert.deepEqual(
      sent.map(({ signer, kind }) => `${signer} ${kind}`),
      ['1 INVITATION', '1 WITHDRAWN'],
    );
  });

  it('invites signers without a mailbox to open one when all have signed, by email', async () => {
    for (const place of [1, 2, 3]) {
      await api.admin('PUT', `/mailboxes/${syntheticNumber(place)}`, { status: 'MISSING' });
    }
    const id = await api.createJob({
      signers: [
        signerByNumber(1),
        signerByNumber(2, { onBehalfOf: 'OTHER' }),
        signerByNumber(3, { notifications: { mobileNumber: '+4799999999' } }),
        signerByNumber(5),
      ],
    });
    const invitations = async () => (await messagesOf(id)).filter(({ kind }) => kind === 'OPEN_MAILBOX');
    await api.sign(id, 1, 2, 3);
    assert.deepEqual(await invitations(), []);
    await api.sign(id, 4);
    const sent = await invitations();
    assert.deepEqual(
      sent.map(({ signer, to }) => [signer, to]),
      [[1, 'undertegner-1@example.com']],
    );
    assert.match(sent[0]!.text, /«En avtale»[\s\S]*innen 7 dager/u);
    assert.doesNotMatch(JSON.stringify(sent), /grønne epler/u);
  });

  it('sends to the address of the contact register, which contains no identity number', async () => {
    const id = await api.createJob({ signers: [signerByLookup(5)] }, 'publicSender');
    const [message] = await messagesOf(id);
    assert.match(message!.to, /@kontaktregister\.example$/u);
    assert.ok(!JSON.stringify(message).includes(syntheticNumber(5)));
  });
});
