import assert from 'node:assert/strict';
import { InterceptingCall } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { noopMetricMeter, type MetricGauge } from '@temporalio/common';
import {
  publishEventsSignal,
  WORKFLOW_TYPES,
  webhookDeliveryOptionsOf,
  type FailedWebhook,
  type WebhookDeliveryState,
} from '@signering/contract';
import { createMeters } from '@signering/worker/internal/metrics/meters.js';
import { RunningWorkflows } from '@signering/worker/internal/metrics/running-workflows.js';
import { sampleWebhooks } from '@signering/worker/internal/metrics/sample-webhooks.js';
import { createNamespace, sharedTemporal, waitFor } from '../fixtures/index.js';

const OURS = 'of-this-organisation';
const THEIRS = 'of-another-organisation';

describe('the measurement of webhooks', () => {
  it('takes one or two calls for hundreds of jobs, and counts what an operator retried once', async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    let calls = 0;
    const connection = await Connection.connect({
      address,
      interceptors: [
        (options, nextCall) => {
          calls += 1;
          return new InterceptingCall(nextCall(options));
        },
      ],
    });
    try {
      const temporal = new Client({ connection, namespace });
      const failed = { receiver: 'cases' } as FailedWebhook;
      const before = (count: number): WebhookDeliveryState => ({
        sequence: count,
        ids: [],
        pending: [],
        failed: Array.from({ length: count }, () => failed),
        dropped: 0,
      });
      const start = (reference: string, count: number, taskQueue = OURS) =>
        temporal.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
          ...webhookDeliveryOptionsOf({
            version: 1,
            organizationNumber: '910000007',
            reference,
            before: before(count),
          }),
          taskQueue,
          signal: publishEventsSignal,
          signalArgs: [{ events: [] }],
        });
      for (let hundred = 0; hundred < 2; hundred += 1) {
        await Promise.all(Array.from({ length: 100 }, (_, n) => start(`${hundred}-${n}`, 2)));
      }
      await start('of others', 2, THEIRS);
      await (await start('lost', 3)).terminate();
      const retried = await start('retried', 3);
      await retried.terminate();
      await start('retried', 1);
      await waitFor(async () => (await temporal.workflow.count()).count === 204, { what: 'all are listed' });
      const terminated = "ExecutionStatus = 'Terminated'";
      await waitFor(async () => (await temporal.workflow.count(terminated)).count === 2, {
        what: 'the ends of two are listed',
      });

      const noop = createMeters(noopMetricMeter);
      const values = new Map<string, number>();
      const recorded = (name: string): MetricGauge => ({
        ...noop.jobs,
        set: (value, labels = {}) => void values.set([name, ...Object.values(labels)].join(' '), value),
      });
      const { sample } = sampleWebhooks(
        new RunningWorkflows(temporal, OURS),
        {
          webhooksWaiting: recorded('waiting'),
          webhooksFailed: recorded('failed'),
          oldestWaitingWebhookAge: recorded('age'),
        },
        ['cases', 'healthy'],
      );
      calls = 0;
      await sample(new AbortController().signal);
      assert.ok(calls <= 2, `${calls} calls`);
      assert.deepEqual(Object.fromEntries(values), {
        'waiting cases': 0,
        'failed cases': 401,
        'age cases': 0,
        'waiting healthy': 0,
        'failed healthy': 0,
        'age healthy': 0,
      });
    } finally {
      await connection.close();
    }
  });
});
