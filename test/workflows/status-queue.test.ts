import assert from 'node:assert/strict';
import type { DrainStatusQueueResult } from '@signering/activities/internal/drain-status-queue.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { statusQueueWorkflowId, WORKFLOW_TYPES } from '@signering/contract';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { addSearchAttributes, startTimeSkipping, useQuietRuntime } from '../fixtures/index.js';

const FAILURES = 20;

describe('the poller of a queue', () => {
  let temporal: TestWorkflowEnvironment;
  before(async () => {
    useQuietRuntime();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });
  after(() => temporal.teardown());

  it('is repeated within half a minute however many attempts have failed, since all jobs of the queue wait', async () => {
    const attempts: number[] = [];
    const drainStatusQueue = async (): Promise<DrainStatusQueueResult> => {
      attempts.push(await temporal.currentTimeMs());
      if (attempts.length <= FAILURES) throw new Error('The network is down again.');
      return { nextPollInMs: 1000, undelivered: [], resolvedJobIds: [] };
    };
    const taskQueue = 'poller';
    const worker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: 'default',
      taskQueue,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
      activities: { drainStatusQueue },
    });
    const queue = { organizationNumber: '312345676', flow: 'PORTAL', pollingQueue: 'failing' } as const;
    const now = await temporal.currentTimeMs();
    await worker.runUntil(
      temporal.client.workflow.execute(WORKFLOW_TYPES.statusQueue, {
        workflowId: statusQueueWorkflowId(queue.organizationNumber, queue.flow, queue.pollingQueue),
        taskQueue,
        args: [{ version: 1, ...queue, followUntil: new Date(now + 60_000).toISOString() }],
      }),
    );
    const pauses = attempts.slice(0, FAILURES).map((at, index) => (attempts[index + 1] ?? Infinity) - at);
    assert.ok(Math.max(...pauses) < 35_000, pauses.join(', '));
  });
});
