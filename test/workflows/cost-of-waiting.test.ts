import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { redirectUrlsUpdate, SIGNING_JOB_ID, signerReturnedUpdate } from '@signering/contract';
import { costOf, type WorkflowCost } from '../../bench/billable-actions.js';
import { directJob, visit } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import {
  addSearchAttributes,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  withClearWorker,
  type ClearSigning,
  type ClearWorker,
  type TestStack,
} from '../fixtures/index.js';

const DAY_SECONDS = 24 * 60 * 60;

describe('the cost of a wait', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  /** Runs a job on a fresh stack, and counts what its workflow has cost. */
  async function costOfJob(
    emptyQueueWait: string,
    run: (worker: ClearWorker) => Promise<ClearSigning>,
  ): Promise<WorkflowCost> {
    useQuietRuntime();
    stack = await startTestStack({ emptyQueueWait });
    temporal = await startTimeSkipping();
    try {
      await addSearchAttributes(temporal.connection, 'default');
      const { connection: signals, nativeConnection: tasks } = temporal;
      return await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async (worker) => {
        const job = await run(worker);
        assert.equal((await job.result()).outcome, 'SIGNED');
        return costOf((await job.fetchHistory()).events ?? []);
      });
    } finally {
      await temporal.teardown();
      await stack.stop();
    }
  }

  /** Moves the clocks of Temporal and of the service. */
  async function pass(seconds: number): Promise<void> {
    await stack.admin.advanceClock(seconds);
    await temporal.sleep(seconds * 1000);
  }

  /** The signer signs after six polls of the queue. */
  const portal =
    (pollSeconds: number) =>
    async ({ start }: ClearWorker): Promise<ClearSigning> => {
      const job = await start({ ...(await portalJob('waiting')), availableSeconds: 90 * DAY_SECONDS });
      // Not by a query, for which this server writes a workflow task into the history.
      const id = await waitFor(async () => (await job.describe()).typedSearchAttributes.get(SIGNING_JOB_ID), {
        what: 'the job is created',
      });
      for (let poll = 1; poll <= 6; poll += 1) await pass(pollSeconds);
      await stack.admin.act(id, 1, 'sign');
      await pass(pollSeconds);
      return job;
    };

  const direct =
    (waitSeconds: number) =>
    async ({ startDirect }: ClearWorker): Promise<ClearSigning> => {
      const job = await startDirect(await directJob('waiting'));
      const { redirects } = await job.executeUpdate(redirectUrlsUpdate, { args: [{}] });
      await pass(waitSeconds);
      const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
      await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] });
      return job;
    };

  it('of a portal job for 60 days is that of a minute, action by action', async () => {
    const minute = await costOfJob('10s', portal(10));
    const days = await costOfJob('10d', portal(10 * DAY_SECONDS));
    assertSameCost(days, minute);
    assert.ok(days.actions <= 11, JSON.stringify(days));
  });

  it('of a direct job for 29 days is that of a minute, action by action', async () => {
    const minute = await costOfJob('10s', direct(60));
    const days = await costOfJob('10s', direct(29 * DAY_SECONDS));
    assertSameCost(days, minute);
  });
});

/** How many workflow tasks process the same events depends on when they arrive. */
function assertSameCost(one: WorkflowCost, other: WorkflowCost): void {
  assert.deepEqual([one.actions, one.list], [other.actions, other.list]);
}
