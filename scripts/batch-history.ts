import {
  batchChangedSignal,
  batchOptionsOf,
  describeBatchQuery,
  describeQuery,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type EmailRecipient,
} from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { waitFor, type ClearWorker, type TestStack } from '../test/fixtures/index.js';
import { CLAIMED_INPUT } from '../test/storage/encrypted-input.js';

/** The last argument of {@link runBatch}. */
interface RunBatchOptions {
  /** @default batch */
  readonly reference?: string;
  /** Who gets an email about its end. @default no email */
  readonly emailsTo?: EmailRecipient;
}

/** Runs a batch of two rows, which is paused and resumed, to its end. @returns the id of its workflow */
export async function runBatch(
  { client, storageId, start }: ClearWorker,
  stack: TestStack,
  { reference: name = 'batch', emailsTo }: RunBatchOptions = {},
): Promise<string> {
  const organizationNumber = stack.env['SIGNERING_ORGANIZATION'] ?? '';
  const batch = { organizationNumber, reference: name };
  const { batches, ledger } = await openFileStorage({ root: stack.storageFolder });
  const references = [`${name}-row-1`, `${name}-row-2`];
  const ids = await Promise.all(
    references.map(async (reference) => {
      // A row that no batch has claimed is another order's: the batch would end at once.
      const row = { organizationNumber, reference, batch: batch.reference, flow: 'PORTAL' } as const;
      await ledger.claim({ ...row, contentDigest: 'in-the-clear', ...CLAIMED_INPUT });
      await start(await portalJob(reference));
      const handle = client.workflow.getHandle(signingWorkflowId(organizationNumber, reference));
      return waitFor(async () => (await handle.query(describeQuery)).signatureJobId, {
        what: `${reference} is created`,
        withinMs: 60_000,
      });
    }),
  );
  await batches.addRows(
    batch,
    references.map((reference, index) => ({ reference, row: index + 2 })),
  );
  const record = async (event: 'RELEASED' | 'PAUSED' | 'RESUMED') =>
    batches.record(batch, { event, at: new Date().toISOString(), lists: [1] });
  await record('RELEASED');
  const options = { ...batchOptionsOf({ version: 1, ...batch, storageId }), taskQueue: TASK_QUEUE };
  const running = await client.workflow.start(WORKFLOW_TYPES.batchSending, options);
  for (const [event, isPaused] of [
    ['PAUSED', true],
    ['RESUMED', false],
  ] as const) {
    await record(event);
    await (emailsTo === undefined
      ? running.signal(batchChangedSignal)
      : running.signal(batchChangedSignal, { emailsTo }));
    await waitFor(async () => (await running.query(describeBatchQuery)).isPaused === isPaused, {
      what: `the batch is ${event}`,
      withinMs: 60_000,
    });
  }
  for (const id of ids) await stack.admin.act(id, 1, 'sign');
  await running.result();
  return running.workflowId;
}
