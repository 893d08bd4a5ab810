// `npm run record-histories`: runs the signing processes against the sandbox, without encryption, and writes their
// workflow histories to test/histories/{version}. Run once for each release; recorded histories never change.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import {
  cancelUpdate,
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  documentDeletionOptionsOf,
  duplicateSigningWorkflowId,
  erasureOptionsOf,
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  retentionOptionsOf,
  signerReturnedUpdate,
  signingWorkflowId,
  statusQueueWorkflowId,
  WORKFLOW_TYPES,
  TASK_QUEUE,
} from '@signering/contract';
import { existingTemporalExecutable } from '@signering/dev-stack/internal/processes/index.js';
import { directJob, visit } from '../test/end-to-end/direct-jobs.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { jobIdsOf } from '../test/end-to-end/sandbox-evidence.js';
import {
  hold,
  releaseHolds,
  removeRunFolder,
  startTestStack,
  waitFor,
  waitUntilHolding,
  withClearWorker,
  type ClearWorker,
  type TestStack,
} from '../test/fixtures/index.js';
import { runBatch } from './batch-history.js';
import { recordEmailHistories } from './email-histories.js';
import { recordOpenHistories } from './open-histories.js';
import { recordWebhookHistories } from './webhook-histories.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const folder = join(PROJECT, 'test', 'histories', version);
if (existsSync(folder))
  throw new Error(`${folder} exists already: the histories of a release are recorded once.`);

const settings = { SIGNERING_RETENTION_DOCUMENTS_DAYS: '30', SIGNERING_RETENTION_SERVICE_DAYS: '30' };
const stack = await startTestStack({ ownTemporal: true, settings });
const { address, namespace } = stack.temporal;
const organization = stack.env['SIGNERING_ORGANIZATION'] ?? '';
const tasks = await NativeConnection.connect({ address });
const signals = await Connection.connect({ address });
await withClearWorker({ stack, tasks, signals, namespace }, async (worker) => {
  const recorded = new Map([
    ['signed-by-all', await signedByAll(worker, stack)],
    ['rejected', await rejected(worker, stack)],
    ['cancelled', await cancelled(worker)],
    ['created-after-doubt', await createdAfterDoubt(worker, stack)],
    ...(await ghostSigned(worker, stack)),
    ['direct-two-signers', await directTwoSigners(worker)],
    ['direct-polled', await directPolled(worker)],
    ['document-deletion-refused', await documentDeletion(worker, 'created-after-doubt')],
    ['document-deletion', await documentDeletionLater(worker, stack, 'signed-by-all')],
    ['status-queue', statusQueueWorkflowId(organization, 'PORTAL', DEFAULT_POLLING_QUEUE)],
    ['retention', await retentionRun(worker)],
    ['batch-sending', await runBatch(worker, stack)],
  ]);
  mkdirSync(folder, { recursive: true });
  for (const [name, workflowId] of recorded) {
    write(name, await historyOf(workflowId));
  }
  // Last, because it deletes the histories of its job.
  write('job-erasure', await historyOf(await erasure(worker, 'rejected')));
});
const webhooks = await recordWebhookHistories({ stack, tasks, signals, namespace });
const emails = await recordEmailHistories({ stack, tasks, signals, namespace });
const others = [...webhooks, ...emails, ...(await recordOpenHistories())];
for (const [name, history] of others) write(name, withoutThisMachine(history));
await tasks.close();
await signals.close();
await stack.stop();
await removeRunFolder();

function write(name: string, history: string): void {
  writeFileSync(join(folder, `${name}.json`), history);
  console.log(`${name}: ${history.split('"eventId"').length - 1} events`);
}

/** In the format of Temporal's own CLI, which every SDK can replay. */
async function historyOf(workflowId: string): Promise<string> {
  const executable = await existingTemporalExecutable(process.env);
  if (executable === undefined) throw new Error('The temporal command is missing.');
  const at = ['--address', address, '--namespace', namespace];
  const show = ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json', ...at];
  const { stdout } = await promisify(execFile)(executable, show, { maxBuffer: 50_000_000 });
  return withoutThisMachine(stdout);
}

/** Removes folders and host names from stack traces and identities, which a replay ignores. */
function withoutThisMachine(history: string): string {
  return history
    .replaceAll(/(?:file:\/\/)?\/[^\s"()]*\/(?=(?:node_modules|dist)\/)/gu, '')
    .replaceAll(hostname(), 'recorder');
}

async function created({ client }: ClearWorker, reference: string): Promise<string> {
  const handle = client.workflow.getHandle(signingWorkflowId(organization, reference));
  return waitFor(async () => (await handle.query(describeQuery)).signatureJobId, {
    what: 'the job is created',
    withinMs: 60_000,
  });
}

async function signedByAll(worker: ClearWorker, { admin }: TestStack): Promise<string> {
  const job = await worker.start(await portalJob('signed-by-all', [1, 1, 2]));
  const id = await created(worker, 'signed-by-all');
  for (const signer of [1, 2, 3]) await admin.act(id, signer, 'sign');
  await job.result();
  return signingWorkflowId(organization, 'signed-by-all');
}

async function rejected(worker: ClearWorker, { admin }: TestStack): Promise<string> {
  const job = await worker.start(await portalJob('rejected', [1, 2]));
  const id = await created(worker, 'rejected');
  await admin.act(id, 1, 'sign');
  const handle = worker.client.workflow.getHandle(signingWorkflowId(organization, 'rejected'));
  await waitFor(async () => (await handle.query(describeQuery)).waitingFor.includes(2), {
    what: 'the second signer is waited for',
  });
  await admin.act(id, 2, 'reject');
  await job.result();
  return handle.workflowId;
}

async function cancelled(worker: ClearWorker): Promise<string> {
  const job = await worker.start(await portalJob('cancelled'));
  await created(worker, 'cancelled');
  const handle = worker.client.workflow.getHandle(signingWorkflowId(organization, 'cancelled'));
  await handle.executeUpdate(cancelUpdate, { args: [{ reason: 'the agreement was withdrawn' }] });
  await job.result();
  return handle.workflowId;
}

/** One signer comes back after a failed ceremony, the other immediately. */
async function directTwoSigners({ startDirect }: ClearWorker): Promise<string> {
  const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
  const job = await startDirect(await directJob('direct-two-signers', { signers }));
  const { redirects } = await job.executeUpdate(redirectUrlsUpdate, { args: [{}] });
  const [first, second] = redirects;
  const failed = await visit(first?.redirectUrl ?? '', 'fail');
  await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: failed.token }] });
  const fresh = await job.executeUpdate(freshRedirectUrlUpdate, { args: [{ signer: 1 }] });
  for (const url of [fresh.redirectUrl, second?.redirectUrl ?? '']) {
    const { token } = await visit(url, 'sign');
    await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] });
  }
  await job.result();
  return job.workflowId;
}

/** Both signers sign the duplicate job: it determines the outcome, and the recorded one is withdrawn. */
async function ghostSigned(worker: ClearWorker, { admin }: TestStack): Promise<[string, string][]> {
  await admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
  const job = await worker.start(await portalJob('ghost-signed', [1, 1]));
  const recordedId = await created(worker, 'ghost-signed');
  const ghost = (await jobIdsOf(admin, 'ghost-signed')).find((id) => id !== recordedId) ?? '';
  await admin.act(recordedId, 1, 'sign');
  await admin.act(ghost, 1, 'sign');
  await admin.act(ghost, 2, 'sign');
  await job.result();
  const duplicate = duplicateSigningWorkflowId(organization, recordedId);
  await waitFor(
    async () => (await worker.client.workflow.getHandle(duplicate).describe()).status.name === 'COMPLETED',
    { what: 'the duplicate is settled' },
  );
  return [
    ['ghost-signed', job.workflowId],
    ['duplicate-signing', duplicate],
  ];
}

async function directPolled({ startDirect }: ClearWorker): Promise<string> {
  const job = await startDirect(await directJob('direct-polled', { statusRetrievalMethod: 'POLLING' }));
  const { redirects } = await job.executeUpdate(redirectUrlsUpdate, { args: [{}] });
  await visit(redirects[0]?.redirectUrl ?? '', 'sign');
  await job.result();
  return job.workflowId;
}

/** Orders the deletion of the service's documents, and waits for its result. */
async function documentDeletion({ client, storageId }: ClearWorker, reference: string): Promise<string> {
  const input = { version: 1, organizationNumber: organization, reference, storageId } as const;
  const deletion = await client.workflow.start(WORKFLOW_TYPES.documentDeletion, {
    ...documentDeletionOptionsOf(input, 'PORTAL'),
    taskQueue: TASK_QUEUE,
  });
  await deletion.result().catch((refused: unknown) => console.log(String((refused as Error).cause)));
  return deletion.workflowId;
}

/** In the first 24 hours after the last signature the service rejects it. */
async function documentDeletionLater(
  worker: ClearWorker,
  { admin }: TestStack,
  reference: string,
): Promise<string> {
  await admin.advanceClock(2 * 24 * 3600);
  return documentDeletion(worker, reference);
}

async function retentionRun({ client, storageId }: ClearWorker): Promise<string> {
  const run = await client.workflow.start(WORKFLOW_TYPES.retention, {
    ...retentionOptionsOf({ version: 1, storageId }, TASK_QUEUE),
    taskQueue: TASK_QUEUE,
  });
  await run.result();
  return run.workflowId;
}

async function erasure({ client, storageId }: ClearWorker, reference: string): Promise<string> {
  const job = { organizationNumber: organization, reference };
  const input = { version: 1, ...job, storageId, reason: 'the agreement is obsolete' } as const;
  const run = await client.workflow.start(WORKFLOW_TYPES.jobErasure, {
    ...erasureOptionsOf(input, 'PORTAL'),
    taskQueue: TASK_QUEUE,
  });
  await run.result();
  return run.workflowId;
}

/** The sandbox creates a job and is killed before it responds. */
async function createdAfterDoubt(worker: ClearWorker, test: TestStack): Promise<string> {
  await hold(test.admin, 'create', 'after');
  const job = await worker.start(await portalJob('created-after-doubt'));
  await waitUntilHolding(test.admin, 'create');
  await test.sandbox().kill9();
  await test.restartSandbox();
  await releaseHolds(test.admin);
  const id = await created(worker, 'created-after-doubt');
  await test.admin.act(id, 1, 'sign');
  await job.result();
  return signingWorkflowId(organization, 'created-after-doubt');
}
