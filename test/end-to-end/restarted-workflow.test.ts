import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import { type SigningClient, SigningError } from '@signering/client';
import {
  DEFAULT_POLLING_QUEUE,
  describeQueueQuery,
  signingWorkflowId,
  statusQueueWorkflowId,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { openFileStorage } from '@signering/storage';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, finalConfirmationOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

describe('a job whose workflow failed or was terminated, sent again', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started), {
    withoutWorker: true,
    forEachTest: true,
  });

  it('continues where it stopped; changes in the meantime were reported and not confirmed', async () => {
    await stack.startWorker();
    const request = await portalJob('terminated');
    await client.startPortalJob(request);
    const id = await createdJobIdOf(client, 'terminated');
    const { organizationNumber } = loadWorkerSettings(stack.env);
    const workflow = workflowsOf(stack, connection);
    const waiting = await waitFor(
      async () => {
        const job = await client.getJob('terminated');
        return job.status === 'RUNNING' && job.state === 'WAITING_FOR_SIGNERS' && job;
      },
      { what: 'the job waits for its signers' },
    );
    await workflow.getHandle(signingWorkflowId(organizationNumber, 'terminated')).terminate('by mistake');
    const stopped = await client.getJob('terminated');
    assert.ok(stopped.status === 'PROCESS_FAILED');
    const { failure, status: _, endedAt, ...last } = stopped;
    const { waitingFor: _waitingFor, ...open } = waiting;
    assert.deepEqual({ ...last, status: 'RUNNING' }, open, 'the last state and its signers');
    assert.ok(endedAt > stopped.startedAt);
    assert.deepEqual(
      [failure.code, failure.retryable, failure.facts],
      ['SIGNING_ABORTED', false, { reference: 'terminated' }],
    );
    await stack.admin.act(id, 1, 'sign');
    const queue = workflow.getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE),
    );
    await waitFor(
      async () =>
        (await queue.query(describeQueueQuery)).undelivered.some(
          ({ signatureJobId, reason }) => signatureJobId === id && reason === 'STRANDED',
        ),
      { what: 'the stranded job is reported' },
    );
    const { confirmedVersion, latestVersion } = await evidenceOf(stack.admin, id);
    assert.ok(confirmedVersion < latestVersion, 'nothing is confirmed');

    assert.equal((await client.startPortalJob(request)).existing, true);
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    const { outcome } = await client.waitForResult('terminated');
    assert.equal(outcome, 'SIGNED');
    await assertSettledOnce(stack, 'terminated');
  });

  it('is complete once the queue confirms what its workflow had archived', async () => {
    await stack.startWorker();
    await client.startPortalJob(await portalJob('archived'));
    const id = await createdJobIdOf(client, 'archived');
    const { organizationNumber } = loadWorkerSettings(stack.env);
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    const entry = () => ledger.find({ organizationNumber, reference: 'archived' });
    const unavailable = { fault: 'status', operation: 'confirm', status: 503, body: 'Busy.', times: 1000 };
    await stack.admin.call('POST', '/faults', unavailable);
    await stack.admin.act(id, 1, 'sign');
    await waitFor(async () => (await entry())?.settled !== undefined, {
      what: 'everything is archived',
    });
    await workflowsOf(stack, connection)
      .getHandle(signingWorkflowId(organizationNumber, 'archived'))
      .terminate('by mistake');
    assert.equal((await entry())?.confirmedAt, undefined);
    await stack.admin.call('DELETE', '/faults');
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await finalConfirmationOf(stack.admin, id);
    await waitFor(async () => (await entry())?.confirmedAt !== undefined, {
      what: 'the ledger tells of the confirmation',
    });
    for await (const { position } of ledger.unsettled()) assert.fail(`${position} is listed as unsettled`);
  });

  it('is sent once the cause of the failure is corrected', async () => {
    const misled = await stack.startWorker({ SIGNERING_SERVER_ORGANIZATION: '910000015' });
    const request = await portalJob('mended');
    await client.startPortalJob(request);
    await assert.rejects(
      client.waitForResult('mended'),
      (error) => error instanceof SigningError && error.code === 'SERVER_NOT_TRUSTED',
    );
    await misled.stop(20_000);
    await stack.startWorker();
    await client.startPortalJob(request);
    const id = await createdJobIdOf(client, 'mended');
    await stack.admin.act(id, 1, 'sign');
    const { outcome } = await client.waitForResult('mended');
    assert.equal(outcome, 'SIGNED');
    await assertSettledOnce(stack, 'mended');
  });
});
