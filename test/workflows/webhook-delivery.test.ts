import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  continuing,
  publishEventsSignal,
  retryFailedSignal,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  webhookDeliveryOptionsOf,
  type PublishedEvent,
  type WebhookDeliveryResult,
} from '@signering/contract';
import { createWebhookWorkers, WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { startReceiver, type TestReceiver } from '../end-to-end/webhook-receiver.js';
import { addSearchAttributes, startTimeSkipping, useQuietRuntime } from '../fixtures/index.js';

const JOB = { version: 1, organizationNumber: '910000007', reference: 'three-days' } as const;
const DAY_MS = 24 * 60 * 60_000;

const event = (number: number, type: PublishedEvent['type']): PublishedEvent => ({
  type,
  at: '2026-03-01T09:30:00.000Z',
  id: `msg_${number}`,
  facts: {},
  receivers: ['cases'],
});

describe('a webhook that is never accepted', () => {
  let temporal: TestWorkflowEnvironment;
  let receiver: TestReceiver;
  let stop: () => Promise<void>;

  before(async () => {
    useQuietRuntime();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
    receiver = await startReceiver();
    const { nativeConnection: connection, client } = temporal;
    const common = { connection, namespace: 'default', dataConverter: {} };
    const webhooks = await createWebhookWorkers({
      ...common,
      taskQueue: TASK_QUEUE,
      temporal: client,
      receivers: [{ id: 'cases', url: receiver.url, secrets: [receiver.secret] }],
      privateAddresses: true,
    });
    const workflows = await Worker.create({
      ...common,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
    });
    const workers = [workflows, ...webhooks.workers];
    const running = Promise.all(workers.map((worker) => worker.run()));
    stop = async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await webhooks.close();
    };
  });
  after(async () => {
    await (stop as typeof stop | undefined)?.();
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (receiver as TestReceiver | undefined)?.close();
  });

  let failed: WebhookDeliveryResult;

  it('is tried for three days, with ever longer waits, and then given up', async () => {
    receiver.answer(500);
    const handle = await temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
      ...webhookDeliveryOptionsOf(JOB),
      taskQueue: TASK_QUEUE,
      signal: publishEventsSignal,
      signalArgs: [{ events: [event(1, 'job.created'), event(2, 'job.failed')] }],
    });
    failed = (await handle.result()) as WebhookDeliveryResult;
    const { startTime, closeTime } = await handle.describe();
    const days = (Number(closeTime) - Number(startTime)) / DAY_MS;
    assert.ok(days > 2.9 && days < 3.1, `${days} days`);
    assert.deepEqual(
      failed.failed.map(({ id, code, message }) => [id, code, message]),
      [1, 2].map((number) => [
        `msg_${number}`,
        'WEBHOOK_NOT_DELIVERED',
        'Sent a webhook to cases, which answered 500.',
      ]),
    );
    const attempts = receiver.received.filter(({ id }) => id === 'msg_1').length;
    assert.ok(attempts > 35 && attempts <= 60, `${attempts} attempts`);
    const { events } = await handle.fetchHistory();
    assert.ok((events?.length ?? 0) < 40, `${events?.length} events of history`);
  });

  it('is sent when an operator retries it, in order', async () => {
    receiver.answer(204);
    const heard = receiver.received.length;
    const handle = await temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
      ...webhookDeliveryOptionsOf({ ...JOB, ...continuing(failed) }),
      taskQueue: TASK_QUEUE,
      signal: retryFailedSignal,
      signalArgs: [{}],
    });
    const { failed: left, sequence } = (await handle.result()) as WebhookDeliveryResult;
    assert.deepEqual([left, sequence], [[], 2]);
    assert.deepEqual(
      receiver.received.slice(heard).map(({ id }) => id),
      ['msg_1', 'msg_2'],
    );
  });

  it('ends at once when only repeats come after its job has ended, and sends nothing', async () => {
    const heard = receiver.received.length;
    const handle = await temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
      ...webhookDeliveryOptionsOf({ ...JOB, ...continuing(failed) }),
      taskQueue: TASK_QUEUE,
      signal: publishEventsSignal,
      signalArgs: [{ events: [event(1, 'job.created')] }],
    });
    const { sequence, failed: kept } = (await handle.result()) as WebhookDeliveryResult;
    assert.deepEqual([sequence, kept.length, receiver.received.length], [2, 2, heard]);
  });

  it('goes on after a job that failed is sent again, until its next last event', async () => {
    const handle = await temporal.client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
      ...webhookDeliveryOptionsOf({ ...JOB, ...continuing({ ...failed, failed: [] }) }),
      taskQueue: TASK_QUEUE,
      signal: publishEventsSignal,
      signalArgs: [{ events: [event(2, 'job.failed'), event(3, 'job.created')] }],
    });
    await handle.signal(publishEventsSignal, { events: [event(4, 'job.failed')] });
    const { sequence } = (await handle.result()) as WebhookDeliveryResult;
    assert.equal(sequence, 4);
    assert.deepEqual(
      receiver.received.slice(-2).map(({ id }) => id),
      ['msg_3', 'msg_4'],
    );
  });
});
