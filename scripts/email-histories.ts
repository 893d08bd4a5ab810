import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import {
  describeQuery,
  jobEmailsOptionsOf,
  jobEmailsWorkflowId,
  jobNewsSignal,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type JobNews,
} from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import { createEmailWorker } from '@signering/worker';
import { startMailServer, type MailServer } from '../test/end-to-end/mail-server.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { waitFor, withClearWorker, type ClearWorker } from '../test/fixtures/index.js';
import { runBatch } from './batch-history.js';
import { CLAIMED_INPUT } from '../test/storage/encrypted-input.js';
import type { WebhookHistoriesOptions } from './webhook-histories.js';

const RECIPIENT = { emailAddress: 'anne@example.com', language: 'en' } as const;

/** Histories of a job and a batch with emails, by name, as JSON: emails of the job wait for the time before the service deletes. */
export async function recordEmailHistories(
  options: WebhookHistoriesOptions,
): Promise<ReadonlyMap<string, string>> {
  const { stack, tasks, namespace } = options;
  const mail = await startMailServer();
  const { ledger, batches, batchEmails } = await openFileStorage({ root: stack.storageFolder });
  const emails = await createEmailWorker({
    connection: tasks,
    namespace,
    taskQueue: TASK_QUEUE,
    dataConverter: {},
    ledger,
    batches,
    batchEmails,
    smtp: { host: '127.0.0.1', port: mail.port, encryption: 'NONE' },
    from: 'signing@example.org',
  });
  const running = emails.run();
  try {
    return await withClearWorker({ ...options, emailsTo: RECIPIENT }, async (worker) => {
      const { client } = worker;
      const job = await worker.start(await portalJob('with-emails', [1, 2]));
      const { signatureJobId, organizationNumber } = await waitFor(
        async () => {
          const { signatureJobId: id, ...described } = await job.query(describeQuery);
          return id === undefined ? undefined : { ...described, signatureJobId: id };
        },
        { what: 'the job is created' },
      );
      for (const signer of [1, 2]) {
        await stack.admin.act(signatureJobId, signer, 'sign');
        await waitFor(() => mail.received.length === signer, { what: `the email about signer ${signer}` });
      }
      await job.result();
      const told = { reference: 'batch-with-email', emailsTo: RECIPIENT };
      const batch = await runBatch(worker, stack, told);
      const key = { organizationNumber, reference: 'with-reminder' };
      await ledger.claim({ ...key, flow: 'PORTAL', contentDigest: 'in-the-clear', ...CLAIMED_INPUT });
      const reminder = await cancelReminder(worker, mail, key);
      const recorded: readonly (readonly [string, WorkflowHandle])[] = [
        ['with-emails', job],
        ['job-emails', client.workflow.getHandle(jobEmailsWorkflowId(organizationNumber, 'with-emails'))],
        ['batch-with-email', client.workflow.getHandle(batch)],
        ['reminder-cancelled', reminder],
      ];
      const histories = recorded.map(
        async ([name, handle]) => [name, `${historyToJSON(await handle.fetchHistory())}\n`] as const,
      );
      return new Map(await Promise.all(histories));
    });
  } finally {
    emails.shutdown();
    await running;
    await mail.close();
  }
}

/** Emails about a job whose reminder the mail server refuses, and whose deadline moves then: the reminder is cancelled. */
async function cancelReminder(
  { client }: ClearWorker,
  mail: MailServer,
  job: { readonly organizationNumber: string; readonly reference: string },
): Promise<WorkflowHandle> {
  const inHours = (hours: number) => new Date(Date.now() + hours * 60 * 60_000).toISOString();
  const tell = (news: JobNews) =>
    client.workflow.signalWithStart(WORKFLOW_TYPES.jobEmails, {
      ...jobEmailsOptionsOf({ version: 1, ...job, recipient: RECIPIENT }),
      taskQueue: TASK_QUEUE,
      signal: jobNewsSignal,
      signalArgs: [news],
    });
  const { refusals } = mail;
  mail.behave({ recipient: 451 });
  await tell({ signers: [{ signer: 1, status: 'WAITING' }], remindOf: inHours(20) });
  await waitFor(() => mail.refusals > refusals, { what: 'the reminder is refused' });
  mail.behave('accept');
  const signers = [{ signer: 1, status: 'SIGNED' }];
  await tell({ signers, remindOf: inHours(200) });
  const subject = `Signer 1 has signed: ${job.reference}`;
  await waitFor(() => mail.received.some((email) => email.subject === subject), { what: subject });
  const handle = await tell({ signers, outcome: 'CANCELLED' });
  await handle.result();
  return handle;
}
