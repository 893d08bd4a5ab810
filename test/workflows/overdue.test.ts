import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { describeQuery, signingWorkflowId } from '@signering/contract';
import {
  addSearchAttributes,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  withClearWorker,
  type TestStack,
} from '../fixtures/index.js';
import { portalJob } from '../end-to-end/portal-jobs.js';

const DAY_SECONDS = 24 * 60 * 60;

describe('a job without signatures in time and without a final change', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    // A poll in 20 days, so that a month of waiting is a handful of polls.
    stack = await startTestStack({ emptyQueueWait: '20d' });
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });

  after(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  it('shows as overdue, is not given up, and ends with the outcome when that comes at last', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ client, start }) => {
      const job = await start(await portalJob('overdue'));
      const handle = client.workflow.getHandle(
        signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', 'overdue'),
      );
      const signatureJobId = await waitFor(async () => (await handle.query(describeQuery)).signatureJobId, {
        what: 'the job is created',
      });
      await temporal.sleep('29 days');
      assert.equal((await handle.query(describeQuery)).state, 'WAITING_FOR_SIGNERS');
      await temporal.sleep('2 days');
      assert.equal((await handle.query(describeQuery)).state, 'OVERDUE');

      // The deadline was extended at the service, and the signer signs late.
      await stack.admin.act(signatureJobId, 1, 'sign');
      await stack.admin.advanceClock(21 * DAY_SECONDS);
      await temporal.sleep('21 days');
      const { outcome } = await job.result();
      assert.equal(outcome, 'SIGNED');
    });
  });
});
