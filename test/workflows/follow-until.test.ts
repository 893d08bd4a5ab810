import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  describeQueueQuery,
  followSignal,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import {
  addSearchAttributes,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  withClearWorker,
  type TestStack,
} from '../fixtures/index.js';

describe('the time until which a queue is followed', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    stack = await startTestStack({ emptyQueueWait: '20d' });
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });

  after(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  it('is compared as a time: in another offset, beyond the year 9999, and next to a text that is no time', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    const organizationNumber = stack.env['SIGNERING_ORGANIZATION']!;
    const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: 'followed' } as const;
    const beyond = '+010000-01-01T00:00:00.000Z';
    await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ client }) => {
      const handle = await client.workflow.start(WORKFLOW_TYPES.statusQueue, {
        workflowId: statusQueueWorkflowId(organizationNumber, queue.flow, queue.pollingQueue),
        taskQueue: TASK_QUEUE,
        args: [{ version: 1, ...queue, followUntil: beyond }],
      });
      await waitFor(async () => (await handle.query(describeQueueQuery)).nextPollAt, {
        what: 'it has polled',
      });
      // The first and the last are later as text; none is later as a time.
      for (const until of ['2999-12-31T23:00:00-02:00', '+009999-12-31T00:00:00Z', 'zzz']) {
        await handle.signal(followSignal, { until });
        assert.equal((await handle.query(describeQueueQuery)).followUntil, beyond);
      }
      assert.equal((await handle.describe()).status.name, 'RUNNING');
      await handle.terminate();
    });
  });
});
