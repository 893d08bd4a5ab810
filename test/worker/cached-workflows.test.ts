import assert from 'node:assert/strict';
import { Connection, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import type { SigneringProcess } from '@signering/dev-stack/internal/processes/index.js';
import { cancelUpdate, signingWorkflowId } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { workflowsOf } from '../end-to-end/stack-workflows.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

describe('workflows of a worker', () => {
  let stack: TestStack;
  let connection: Connection;
  let client: SigningClient;
  let worker: SigneringProcess;

  before(async () => {
    stack = await startTestStack();
    connection = await Connection.connect({ address: stack.temporal.address });
    client = await SigningClient.connect({ env: stack.env });
    worker = await stack.startWorker({ SIGNERING_CACHED_WORKFLOWS: '20' });
  });
  after(async () => {
    await client.close();
    await connection.close();
    await stack.stop();
  });

  it('are cached in the number of the setting, which the log names', () => {
    assert.match(worker.logged(), /"cachedWorkflows":20\b/u);
  });

  it('name our files and lines in their errors', async () => {
    const handle = await waitingWorkflow('refusing');
    const error = await handle.executeUpdate(cancelUpdate, { args: [{ reason: '' }] }).then(
      () => assert.fail('The update was not refused.'),
      (failure: unknown) => failure,
    );
    assert(error instanceof WorkflowUpdateFailedError);
    assert.match(error.cause?.stack ?? '', /\/workflows\/operator-decision\.ts:\d+:\d+/u);
  });

  it('name our files and lines where they wait', async () => {
    const handle = await waitingWorkflow('waiting');
    const stack = await handle.query<string>('__stack_trace');
    assert.match(stack, /\/workflows\/await-portal-outcome\.ts:\d+:\d+/u);
  });

  async function waitingWorkflow(reference: string): Promise<WorkflowHandle> {
    await client.startPortalJob(await portalJob(reference));
    await waitFor(async () => (await client.getJob(reference)).state === 'WAITING_FOR_SIGNERS', {
      what: 'the job waits for its signer',
    });
    const { organizationNumber } = loadWorkerSettings(stack.env);
    return workflowsOf(stack, connection).getHandle(signingWorkflowId(organizationNumber, reference));
  }
});
