import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { SigningClient } from '@signering/client';
import { SIGNING_STATE, TASK_QUEUE } from '@signering/contract';
import { createDataConverter, parseKeys } from '@signering/encryption';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { useQuietRuntime, waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

describe('a state that as a rule passes within seconds', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });

  const refuse = (operation: string, times: number) =>
    stack.admin.call('POST', '/faults', { fault: 'status', status: 503, operation, times });

  /** Starts a job, which its signer signs, and answers how Temporal finds it. */
  async function signed(reference: string): Promise<() => Promise<unknown>> {
    const { workflowId } = await client.startPortalJob(await portalJob(reference));
    await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    const handle = workflowsOf(stack, connection).getHandle(workflowId);
    return async () => (await handle.describe()).typedSearchAttributes.get(SIGNING_STATE);
  }

  const describes = (reference: string, state: string) =>
    waitFor(async () => (await client.getJob(reference)).state === state, {
      what: `the job describes ${state}`,
    });

  it('is found when it lasts: after four attempts, while the service refuses', async () => {
    const worker = await stack.startWorker();
    for (const [operation, state] of [
      ['pades', 'ARCHIVING'],
      ['confirm', 'CONFIRMING'],
    ] as const) {
      await refuse(operation, 5);
      const found = await signed(operation);
      await describes(operation, state);
      assert.equal(await found(), 'WAITING_FOR_SIGNERS', 'not at once');
      await waitFor(async () => (await found()) === state, {
        what: `Temporal finds ${state}`,
      });
      assert.equal((await client.waitForResult(operation)).outcome, 'SIGNED');
      assert.equal(await found(), 'SIGNED');
    }
    await worker.kill9();
  });

  it('is found when no worker begins an attempt within a minute', async () => {
    useQuietRuntime();
    const worker = await stack.startWorker();
    await refuse('xades', 1);
    const found = await signed('no-room');
    await describes('no-room', 'ARCHIVING');
    await worker.kill9();
    const { address, namespace } = stack.temporal;
    const tasks = await NativeConnection.connect({ address });
    const withoutActivities = await Worker.create({
      connection: tasks,
      namespace,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
      dataConverter: createDataConverter(parseKeys(stack.env['SIGNERING_KEYS'] ?? '')),
    });
    await withoutActivities.runUntil(() =>
      waitFor(async () => (await found()) === 'ARCHIVING', {
        what: 'Temporal finds ARCHIVING',
      }),
    );
    await tasks.close();
    await stack.startWorker();
    assert.equal((await client.waitForResult('no-room')).outcome, 'SIGNED');
  });
});
