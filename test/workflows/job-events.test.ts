import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { describeQuery, WORKFLOW_TYPES, type SigningDescription } from '@signering/contract';
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

describe('the end of a job whose last events cannot be published', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    stack = await startTestStack();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });
  after(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  it('waits for them for five minutes, not longer', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    let refused = 0;
    const options = {
      ...{ stack, tasks, signals, namespace: 'default', webhookReceivers: [{ id: 'cases' }] },
      interceptors: {
        workflow: [
          {
            signalWithStart: (input, next) => {
              if (input.workflowType !== WORKFLOW_TYPES.webhookDelivery) return next(input);
              refused += 1;
              return Promise.reject(new Error('This test refuses to start webhooks.'));
            },
          },
        ],
      },
    } satisfies Parameters<typeof withClearWorker>[0];
    await withClearWorker(options, async ({ start }) => {
      const running = await start(await portalJob('unpublished'));
      /** Moves the clock until the description has what is looked for. */
      const until = <Found>(found: (job: SigningDescription) => Found | undefined | false, what: string) =>
        waitFor(
          async () => {
            await temporal.sleep('1 second');
            return found(await running.query(describeQuery));
          },
          { what },
        );
      const jobId = await until(({ signatureJobId }) => signatureJobId, 'the job is created');
      await stack.admin.act(jobId, 1, 'sign');
      await until(({ state }) => state === 'SIGNED', 'the job is archived and confirmed');
      const isRunning = async () => (await running.describe()).status.name === 'RUNNING';
      await temporal.sleep('4 minutes');
      assert.ok(await isRunning());
      await temporal.sleep('1 minute');
      assert.equal((await running.result()).outcome, 'SIGNED');
      assert.ok(refused > 0);
    });
  });
});
