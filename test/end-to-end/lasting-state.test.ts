import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { SigningClient } from '@signering/client';
import { SIGNING_STATE, TASK_QUEUE } from '@signering/contract';
import { createDataConverter, parseKeys } from '@signering/encryption';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import {
  hold,
  releaseHolds,
  useQuietRuntime,
  waitFor,
  waitUntilHolding,
  type TestStack,
} from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

describe('a state that as a rule passes within seconds', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });

  afterEach(async () => {
    await stack.admin.call('DELETE', '/faults');
    await releaseHolds(stack.admin);
  });

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
      const refused = { fault: 'status', status: 503, operation, times: 1000 };
      await stack.admin.call('POST', '/faults', refused);
      await hold(stack.admin, operation, 'before');
      const found = await signed(operation);
      await waitUntilHolding(stack.admin, operation, () => worker.logged());
      await describes(operation, state);
      assert.equal(await found(), 'WAITING_FOR_SIGNERS', 'not during the first attempt');
      await releaseHolds(stack.admin);
      await waitFor(async () => (await found()) === state, {
        what: `Temporal finds ${state}`,
      });
      await stack.admin.call('DELETE', '/faults');
      assert.equal((await client.waitForResult(operation)).outcome, 'SIGNED');
      assert.equal(await found(), 'SIGNED');
    }
    await worker.kill9();
  });

  it('is found when no worker begins an attempt within a minute', async () => {
    useQuietRuntime();
    const worker = await stack.startWorker();
    await hold(stack.admin, 'xades', 'before');
    const found = await signed('no-room');
    await waitUntilHolding(stack.admin, 'xades', () => worker.logged());
    await describes('no-room', 'ARCHIVING');
    // In its first attempt: four attempts would show the state too.
    await worker.kill9();
    await releaseHolds(stack.admin);
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
