import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describeQuery, jobEmailsWorkflowId, TASK_QUEUE } from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import { createEmailWorker } from '@signering/worker';
import { startMailServer } from '../test/end-to-end/mail-server.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { waitFor, withClearWorker } from '../test/fixtures/index.js';
import { runBatch } from './batch-history.js';
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
      const recorded: readonly (readonly [string, WorkflowHandle])[] = [
        ['with-emails', job],
        ['job-emails', client.workflow.getHandle(jobEmailsWorkflowId(organizationNumber, 'with-emails'))],
        ['batch-with-email', client.workflow.getHandle(batch)],
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
