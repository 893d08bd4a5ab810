import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { batchWorkflowId, jobEmailsWorkflowId } from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { startMailServer, type MailServer } from './mail-server.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const emailsTo = {
  emailAddress: 'anne@example.com',
  language: 'nn',
  link: 'https://portal.example.com/jobs/1',
} as const;

describe('the emails about a job', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let mail: MailServer;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  after(() => mail.close());
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });
  before(async () => {
    mail = await startMailServer();
    await startWorker();
  });

  async function startWorker(): Promise<void> {
    worker = await stack.startWorker({
      SIGNERING_SMTP: mail.url,
      SIGNERING_EMAIL_FROM: 'signing@example.org',
    });
  }

  const about = (reference: string) =>
    mail.received.filter(({ subject }) => subject.endsWith(`: ${reference}`));
  const heard = (reference: string, count: number) =>
    waitFor(() => about(reference).length >= count, {
      what: `${count} emails about ${reference}`,
      explain: () => worker.logged(),
    });
  const started = async (reference: string, orders: readonly number[] = [1]) => {
    await client.startPortalJob(await portalJob(reference, orders), { emailsTo });
    return await createdJobIdOf(client, reference, () => worker.logged());
  };
  const workflowOf = (reference: string, idOf = jobEmailsWorkflowId) =>
    new Client({ connection, namespace: stack.temporal.namespace }).workflow.getHandle(
      idOf(stack.env['SIGNERING_ORGANIZATION'] ?? '', reference),
    );

  it('tell the person who made it, once for each signer, in the language, without personal data', async () => {
    await waitFor(() => client.sendsEmails(), { what: 'Temporal knows of a worker with a mail server' });
    const request = await portalJob('both-sign', [1, 2]);
    await client.startPortalJob(request, { emailsTo });
    // A repeated call, such as after a crash, changes nothing, and may name another address.
    const again = await client.startPortalJob(request, { emailsTo: { emailAddress: 'other@example.com' } });
    assert.equal(again.existing, true);
    const id = await createdJobIdOf(client, 'both-sign', () => worker.logged());
    await stack.admin.act(id, 1, 'sign');
    await heard('both-sign', 1);
    await stack.admin.act(id, 2, 'sign');
    assert.equal((await client.waitForResult('both-sign')).outcome, 'SIGNED');
    await heard('both-sign', 2);
    assert.deepEqual(
      about('both-sign').map(({ subject, to }) => [subject, to]),
      [1, 2].map((signer) => [`Underteiknar ${signer} har signert: both-sign`, ['anne@example.com']]),
    );
    for (const { raw, text } of about('both-sign')) {
      assert.match(text, /https:\/\/portal\.example\.com\/jobs\/1/u);
      for (const personal of ['Agreement', 'signer-1@', ...SYNTHETIC_SIGNERS]) {
        assert.ok(!raw.includes(personal), personal);
      }
    }
  });

  it('are not sent about a job that asks for none, which has no workflow for them', async () => {
    await client.startPortalJob(await portalJob('no-emails'));
    const id = await createdJobIdOf(client, 'no-emails');
    await stack.admin.act(id, 1, 'sign');
    await client.waitForResult('no-emails');
    await assert.rejects(workflowOf('no-emails').describe(), WorkflowNotFoundError);
    assert.equal(about('no-emails').length, 0);
  });

  it('are refused for an address with a line break, before anything is stored', async () => {
    const request = await portalJob('injected');
    const emailAddress = 'anne@example.com\r\nBcc: eve@example.com';
    await assert.rejects(client.startPortalJob(request, { emailsTo: { emailAddress } }), (error: Error) => {
      assert.match(JSON.stringify(error), /emailsTo\.emailAddress/u);
      return true;
    });
    await assert.rejects(client.getJob('injected'), { code: 'JOB_NOT_FOUND' });
  });

  it('are not sent twice by a worker that is killed before it hears the answer, and the next ones follow', async () => {
    const id = await started('killed', [1, 2]);
    mail.behave('keep-back');
    await stack.admin.act(id, 1, 'sign');
    await heard('killed', 1);
    await worker.kill9();
    mail.behave('accept');
    await startWorker();
    await stack.admin.act(id, 2, 'sign');
    await client.waitForResult('killed');
    await heard('killed', 2);
    assert.deepEqual(
      about('killed').map(({ subject }) => subject),
      ['Underteiknar 1 har signert: killed', 'Underteiknar 2 har signert: killed'],
    );
    assert.match(worker.logged(), /It is unknown whether an email was sent/u);
  });

  it('tell once of the end of a batch, also when the worker is killed before it hears the answer', async () => {
    const table = { content: Buffer.from('reference\nbatch-row-1\n') };
    const documents = [{ content: await onePagePdf('Lease'), name: 'lease.pdf' }];
    const template = { title: 'Lease', documents, signers: [{ emailAddress: 'kari@example.com' }] };
    await client.startBatch({ reference: 'batch-1', table, template }, { emailsTo });
    const id = await createdJobIdOf(client, 'batch-row-1', () => worker.logged());
    mail.behave('keep-back');
    await stack.admin.act(id, 1, 'sign');
    await heard('batch-1', 1);
    await worker.kill9();
    mail.behave('accept');
    await startWorker();
    const workflow = workflowOf('batch-1', batchWorkflowId);
    await waitFor(async () => (await workflow.describe()).status.name === 'COMPLETED', {
      what: 'the workflow of the batch ends',
      explain: () => worker.logged(),
    });
    const [email, ...others] = about('batch-1');
    assert.deepEqual([email?.subject, others.length], ['Masseutsendinga er ferdig: batch-1', 0]);
    assert.match(email?.text ?? '', /^Signert: 1\. Avvist: 0\./mu);
    assert.match(worker.logged(), /It is unknown whether an email was sent/u);
  });

  it('cost the job nothing while the mail server hangs, and go away when the job is erased', async () => {
    const id = await started('hanging');
    mail.behave('keep-back');
    await stack.admin.act(id, 1, 'sign');
    await heard('hanging', 1);
    assert.equal((await client.waitForResult('hanging')).outcome, 'SIGNED');
    mail.behave('accept');
    await waitFor(async () => (await workflowOf('hanging').describe()).status.name === 'RUNNING', {
      what: 'the emails wait for the time before the service deletes',
    });
    await client.eraseJob('hanging', { reason: 'asked for', by: 'test' });
    await waitFor(
      () =>
        workflowOf('hanging')
          .describe()
          .then(
            () => false,
            (error: unknown) => error instanceof WorkflowNotFoundError,
          ),
      { what: 'the workflow with the address is deleted' },
    );
    const storage = await openFileStorage({ root: stack.storageFolder });
    const entry = await storage.ledger.find({
      organizationNumber: stack.env['SIGNERING_ORGANIZATION'] ?? '',
      reference: 'hanging',
    });
    assert.deepEqual([entry?.input, entry?.erased !== undefined], [undefined, true]);
  });
});
