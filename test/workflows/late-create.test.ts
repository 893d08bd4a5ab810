import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  answerAmbiguousCreateUpdate,
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  describeQueueQuery,
  signingWorkflowId,
  statusQueueWorkflowId,
} from '@signering/contract';
import { portalJob } from '../end-to-end/portal-jobs.js';
import {
  addSearchAttributes,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  withClearWorker,
  type TestStack,
} from '../fixtures/index.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a job that is made weeks after it was handed in', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    stack = await startTestStack({ emptyQueueWait: '20d', settings: { SIGNERING_AMBIGUOUS_CREATE: 'ask' } });
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });

  after(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  it('has its queue followed until its own end, not until that of a job made at once', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    const organization = stack.env['SIGNERING_ORGANIZATION'] ?? '';
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ client, start }) => {
      await start(await portalJob('late'));
      const handle = client.workflow.getHandle(signingWorkflowId(organization, 'late'));
      await waitFor(async () => (await handle.query(describeQuery)).state === 'CREATE_AMBIGUOUS', {
        what: 'the workflow waits for an operator',
      });
      const queue = client.workflow.getHandle(
        statusQueueWorkflowId(organization, 'PORTAL', DEFAULT_POLLING_QUEUE),
      );
      const { followUntil: before } = await queue.query(describeQueueQuery);
      await temporal.sleep('20 days');
      await handle.executeUpdate(answerAmbiguousCreateUpdate, { args: [{ answer: 'SEND_AGAIN' }] });
      await waitFor(
        async () => {
          const { followUntil } = await queue.query(describeQueueQuery);
          return Date.parse(followUntil) - Date.parse(before) > 19 * DAY_MS;
        },
        { what: 'the queue is followed as much longer' },
      );
    });
  });
});
