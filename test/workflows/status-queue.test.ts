import assert from 'node:assert/strict';
import type { DrainStatusQueueResult } from '@signering/activities/internal/drain-status-queue.js';
import { FailureInterceptor, HeartbeatInterceptor } from '@signering/activities';
import { SigningError } from '@signering/schema';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { statusQueueWorkflowId, WORKFLOW_TYPES } from '@signering/contract';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { addSearchAttributes, startTimeSkipping, useQuietRuntime } from '../fixtures/index.js';

describe('the poller of a queue', () => {
  let temporal: TestWorkflowEnvironment;
  before(async () => {
    useQuietRuntime();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });
  after(() => (temporal as TestWorkflowEnvironment | undefined)?.teardown());

  /** Runs a poller until a drain succeeds. Returns the pause after each attempt, in milliseconds. */
  async function pausesOf(failures: readonly Error[], pollingQueue: string): Promise<readonly number[]> {
    const attempts: number[] = [];
    const drainStatusQueue = async (): Promise<DrainStatusQueueResult> => {
      const failure = failures[attempts.length];
      attempts.push(await temporal.currentTimeMs());
      if (failure !== undefined) throw failure;
      return { nextPollInMs: 1000, undelivered: [], resolvedJobIds: [] };
    };
    const taskQueue = `poller-${pollingQueue}`;
    const worker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: 'default',
      taskQueue,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
      activities: { drainStatusQueue },
      interceptors: {
        activity: [
          () => ({ inbound: new FailureInterceptor() }),
          () => ({ inbound: new HeartbeatInterceptor() }),
        ],
      },
    });
    const queue = { organizationNumber: '312345676', flow: 'PORTAL', pollingQueue } as const;
    const now = await temporal.currentTimeMs();
    await worker.runUntil(
      temporal.client.workflow.execute(WORKFLOW_TYPES.statusQueue, {
        workflowId: statusQueueWorkflowId(queue.organizationNumber, queue.flow, queue.pollingQueue),
        taskQueue,
        args: [{ version: 1, ...queue, followUntil: new Date(now + 60_000).toISOString() }],
      }),
    );
    return failures.map((_, index) => (attempts[index + 1] ?? Infinity) - (attempts[index] ?? 0));
  }

  it('is repeated within half a minute however many attempts have failed, since all jobs of the queue wait', async () => {
    const failures = Array.from({ length: 20 }, () => new Error('The network is down again.'));
    const pauses = await pausesOf(failures, 'failing');
    assert.ok(Math.max(...pauses) < 45_000, pauses.join(', '));
  });

  it('is repeated one second after its first failure, also when attempts before had no turn', async () => {
    const noTurn = new SigningError('RATE_LIMITED', 'no turn', { retryAfterMs: 50 });
    const failure = new SigningError('SERVICE_UNAVAILABLE', 'status 503');
    const failures = [...Array.from({ length: 8 }, () => noTurn), failure, noTurn, failure];
    const pauses = await pausesOf(failures, 'without-turns');
    const [first = Infinity, second = Infinity] = [pauses[8], pauses[10]];
    // The calls of a slow machine count, too; attempts that had no turn would make it half a minute.
    assert.ok(first >= 1000 && first < 8_000 && second >= 2000 && second < 8_000, pauses.join(', '));
  });
});
