import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { TASK_QUEUE } from '@signering/contract';
import { openFileStorage, type Storage } from '@signering/storage';
import { createEmailWorker, WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { startMailServer, type MailServer } from '../end-to-end/mail-server.js';
import { addSearchAttributes, freshFolder, startTimeSkipping, useQuietRuntime } from '../fixtures/index.js';

/** Workers of workflows and of emails on a Temporal server that skips time, and a mail server. */
export interface EmailStage {
  readonly temporal: TestWorkflowEnvironment;
  readonly storage: Storage;
  readonly mail: MailServer;
  readonly close: () => Promise<void>;
}

type Parts = Pick<EmailStage, 'temporal' | 'storage'>;

/** What a test adds to the workers. */
interface EmailStageOptions {
  /** The batches that the worker of emails reads. @default those of the storage */
  readonly batches?: (parts: Parts) => Pick<Storage['batches'], 'find'>;
  /** Of the worker of workflows. @default none */
  readonly activities?: (parts: Parts) => object;
}

/** Starts the stage; the test closes it. */
export async function startEmailStage({ batches, activities }: EmailStageOptions = {}): Promise<EmailStage> {
  useQuietRuntime();
  const temporal = await startTimeSkipping();
  await addSearchAttributes(temporal.connection, 'default');
  const storage = await openFileStorage({ root: freshFolder('emails'), create: true });
  const mail = await startMailServer();
  const common = {
    connection: temporal.nativeConnection,
    namespace: 'default',
    dataConverter: {},
    taskQueue: TASK_QUEUE,
  };
  const parts = { temporal, storage };
  const workers = [
    await createEmailWorker({
      ...common,
      ledger: storage.ledger,
      batches: batches?.(parts) ?? storage.batches,
      batchEmails: storage.batchEmails,
      smtp: { host: '127.0.0.1', port: mail.port, encryption: 'NONE' },
      from: 'signing@example.org',
    }),
    await Worker.create({
      ...common,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
      ...(activities !== undefined && { activities: activities(parts) }),
    }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  const close = async (): Promise<void> => {
    for (const worker of workers) worker.shutdown();
    await running;
    await temporal.teardown();
    await mail.close();
  };
  return { temporal, storage, mail, close };
}
