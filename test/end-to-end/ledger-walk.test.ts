import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Connection, type WorkflowClient } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  signingWorkflowId,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { openFileStorage, type Storage } from '@signering/storage';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

const SETTINGS = {
  SIGNERING_LEDGER_WALK_SECONDS: '1',
  SIGNERING_AMBIGUOUS_CREATE: 'ask',
  SIGNERING_ACCEPT_UNENCRYPTED: 'yes',
};
const RESTARTED = 'The workflow of an open job was started again.';
const ABANDONED = 'A workflow ended before its job was created: it is not started again.';

interface LogLine {
  readonly msg: string;
  readonly workflowId?: string;
  readonly found?: string;
  readonly repairedSinceStart?: number;
}

describe('the walk through open jobs', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let workflow: WorkflowClient;
  let storage: Storage;
  const workers: Awaited<ReturnType<TestStack['startWorker']>>[] = [];
  let organizationNumber: string;

  useSigningStack((started) => ({ stack, client, connection } = started), {
    withoutWorker: true,
    settings: SETTINGS,
  });
  before(async () => {
    // Two, so that each repair is done although another worker walks at the same time.
    workers.push(await stack.startWorker(), await stack.startWorker());
    workflow = workflowsOf(stack, connection);
    storage = await openFileStorage({ root: stack.storageFolder });
    ({ organizationNumber } = loadWorkerSettings(stack.env));
  });

  const idOf = (reference: string) => signingWorkflowId(organizationNumber, reference);

  function logged(message: string, workflowId: string): readonly LogLine[] {
    return workers
      .flatMap((worker) => worker.logged().split('\n'))
      .filter((line) => line.startsWith('{') && line.includes(message))
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => line.workflowId === workflowId);
  }

  function waitForLog(message: string, workflowId: string): Promise<LogLine> {
    return waitFor(() => logged(message, workflowId)[0], {
      what: `${message} ${workflowId}`,
      explain: () => workers.map((worker) => worker.logged().slice(-3000)).join('\n'),
    });
  }

  /** The workflow answers, and its job is created. */
  async function waitingJob(reference: string): Promise<string> {
    return waitFor(
      async () => {
        const { state, signatureJobId } = await workflow.getHandle(idOf(reference)).query(describeQuery);
        return state === 'WAITING_FOR_SIGNERS' ? signatureJobId : undefined;
      },
      { what: `${reference} waits for its signers` },
    );
  }

  async function startedJob(reference: string): Promise<string> {
    await client.startPortalJob(await portalJob(reference));
    return waitingJob(reference);
  }

  async function assertSigned(reference: string): Promise<void> {
    const { outcome } = await client.waitForResult(reference);
    assert.equal(outcome, 'SIGNED');
    await assertSettledOnce(stack, reference);
    for await (const unsettled of storage.ledger.unsettled()) {
      assert.ok(!('entry' in unsettled) || unsettled.entry.reference !== reference, 'it left the index');
    }
  }

  it('restarts the terminated poller of a queue with open jobs', async () => {
    const id = await startedJob('without-poller');
    const poller = statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
    await workflow.getHandle(poller).terminate('by mistake');
    await stack.admin.act(id, 1, 'sign');
    await waitForLog('The poller of a queue with open jobs was started again.', poller);
    await assertSigned('without-poller');
  });

  it('restarts a terminated workflow, and skips a damaged entry and one that no key decrypts', async () => {
    for (const reference of ['damaged', 'undecryptable']) {
      await storage.ledger.claim({
        organizationNumber,
        reference,
        flow: 'PORTAL',
        pollingQueue: 'never-followed',
        contentDigest: 'a'.repeat(64),
        ...CLAIMED_INPUT,
      });
    }
    const references = join(stack.storageFolder, 'ledger', organizationNumber, 'references');
    const damaged = createHash('sha256').update('damaged').digest('hex');
    writeFileSync(join(references, damaged, '2.json'), 'junk');
    const id = await startedJob('terminated');
    await workflow.getHandle(idOf('terminated')).terminate('by mistake');
    assert.equal((await waitForLog(RESTARTED, idOf('terminated'))).found, 'TERMINATED');
    assert.equal(await waitingJob('terminated'), id, 'the job is not created again');
    await stack.admin.act(id, 1, 'sign');
    await assertSigned('terminated');
    assert.equal(logged(RESTARTED, idOf('terminated')).length, 1, 'by one worker, once');
    const log = workers.map((worker) => worker.logged()).join('\n');
    assert.match(log, /A ledger entry cannot be read: its job is not checked\./u);
    assert.match(log, /"repairedSinceStart":[1-9]/u);
  });

  it('starts a workflow that Temporal has lost, of a job with unencrypted input', async () => {
    const plain = new Client({ connection, namespace: stack.temporal.namespace }).workflow;
    const document = await storage.documents.put(
      (await portalJob('lost')).documents[0]!.content as Uint8Array,
      { name: 'agreement.pdf', mediaType: 'application/pdf' },
    );
    const { signers } = await portalJob('lost');
    const job = {
      title: 'Agreement',
      documents: [{ ...document, title: 'Agreement' }],
      signers: signers.map(({ personalIdentificationNumber, emailAddress }) => ({
        personalIdentificationNumber,
        notifications: { emailAddress },
      })),
      pollingQueue: DEFAULT_POLLING_QUEUE,
    };
    await plain.start(WORKFLOW_TYPES.portalSigning, {
      workflowId: idOf('lost'),
      taskQueue: TASK_QUEUE,
      args: [{ version: 1, organizationNumber, reference: 'lost', contentDigest: 'b'.repeat(64), job }],
    });
    const id = await waitingJob('lost');
    await connection.workflowService.deleteWorkflowExecution({
      namespace: stack.temporal.namespace,
      workflowExecution: { workflowId: idOf('lost') },
    });
    const { found } = await waitForLog(RESTARTED, idOf('lost'));
    // The server terminates a running workflow before it deletes it.
    assert.ok(found === 'MISSING' || found === 'TERMINATED', found);
    assert.equal(await waitingJob('lost'), id);
    await stack.admin.act(id, 1, 'sign');
    await assertSigned('lost');
  });

  it('does not restart a rejected job until it is sent again', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'status', operation: 'create', status: 403 });
    const request = await portalJob('refused');
    await client.startPortalJob(request);
    await assert.rejects(client.waitForResult('refused'), {
      code: 'REQUEST_REFUSED',
    });
    await waitForLog(ABANDONED, idOf('refused'));
    assert.equal((await jobIdsOf(stack.admin, 'refused')).length, 0);
    await client.startPortalJob(request);
    const id = await waitingJob('refused');
    await workflow.getHandle(idOf('refused')).terminate('it is open again');
    await waitForLog(RESTARTED, idOf('refused'));
    await waitingJob('refused');
    await stack.admin.act(id, 1, 'sign');
    await assertSigned('refused');
  });

  it('does not restart a workflow that was cancelled before its job was created', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'status', operation: 'create', status: 500 });
    await client.startPortalJob(await portalJob('unwanted'));
    const handle = workflow.getHandle(idOf('unwanted'));
    await waitFor(async () => (await handle.query(describeQuery)).state === 'CREATE_AMBIGUOUS', {
      what: 'the job waits for an operator',
    });
    await handle.cancel();
    await waitForLog(ABANDONED, idOf('unwanted'));
    assert.equal((await handle.describe()).status.name, 'CANCELLED');
  });

  it('restarts a workflow that was cancelled in Temporal after its job was created', async () => {
    const id = await startedJob('cancelled');
    await workflow.getHandle(idOf('cancelled')).cancel();
    assert.equal((await waitForLog(RESTARTED, idOf('cancelled'))).found, 'CANCELLED');
    await waitingJob('cancelled');
    await stack.admin.act(id, 1, 'sign');
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await assertSigned('cancelled');
  });

  it('does not restart a completed workflow after storage was restored from before its job was created', async () => {
    const id = await startedJob('restored');
    await stack.admin.act(id, 1, 'sign');
    await assertSigned('restored');
    const key = { organizationNumber, reference: 'restored' };
    await waitFor(
      async () => (await workflow.getHandle(idOf('restored')).describe()).status.name === 'COMPLETED',
      {
        what: 'the workflow completes',
      },
    );
    const name = createHash('sha256').update('restored').digest('hex');
    const ledger = join(stack.storageFolder, 'ledger', organizationNumber);
    const revisions = readdirSync(join(ledger, 'references', name)).filter((file) => file !== '1.json');
    for (const file of revisions.reverse()) rmSync(join(ledger, 'references', name, file));
    // Last: the walk takes what is marked, and would settle an entry that still says so.
    mkdirSync(join(ledger, 'unsettled', name));
    await waitFor(async () => (await storage.ledger.find(key))?.abandoned, {
      what: 'the entry is abandoned',
    });
    for await (const unsettled of storage.ledger.unsettled()) {
      assert.ok(!('entry' in unsettled) || unsettled.entry.reference !== 'restored');
    }
    assert.equal((await jobIdsOf(stack.admin, 'restored')).length, 1);
  });
});
