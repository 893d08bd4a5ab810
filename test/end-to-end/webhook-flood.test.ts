import assert from 'node:assert/strict';
import { Client, type Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { floodWebhooks } from './webhook-flood.js';
import { startReceiver, webhookSettings, type TestReceiver } from './webhook-receiver.js';

describe('thousands of events for a receiver that is dead', function () {
  // Temporal's pauses between attempts grow, and a busy machine takes minutes for the signals.
  this.timeout(900_000);
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let dead: TestReceiver;
  let healthy: TestReceiver;

  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });
  before(async () => {
    dead = await startReceiver();
    healthy = await startReceiver();
    const receivers = Object.entries({ dead, healthy });
    await stack.startWorker(
      webhookSettings(receivers.map(([id, { url, secret }]) => ({ id, url, secrets: [secret] }))),
    );
    await dead.close();
  });
  after(() => healthy.close());

  it('leave histories that do not grow, and delay neither jobs nor another receiver', async () => {
    const flood = {
      stack,
      connection,
      jobs: 100,
      eventsOfJob: 20,
      eventsOfSignal: 5,
      receivers: ['dead'],
      attempts: 3,
    };
    const { longestHistory, longestHistoryLater, mostPendingActivities } = await floodWebhooks(flood);
    assert.equal(mostPendingActivities, 1);
    assert.ok(longestHistory < 60, `${longestHistory} events`);
    assert.equal(longestHistoryLater, longestHistory, 'attempts add nothing to the history');

    await client.startPortalJob(await portalJob('beside-flood'));
    await stack.admin.act(await createdJobIdOf(client, 'beside-flood'), 1, 'sign');
    const { outcome } = await client.waitForResult('beside-flood');
    assert.equal(outcome, 'SIGNED');
    await waitFor(() => healthy.received.some(({ payload }) => payload.type === 'job.archived'), {
      what: 'the healthy receiver has the last event',
    });
  });

  it('of one job are kept up to a bound, and its workflow continues as new', async () => {
    const flood = {
      stack,
      connection,
      jobs: 1,
      eventsOfJob: 5000,
      eventsOfSignal: 1,
      receivers: ['dead'],
      attempts: 1,
    };
    const { longestHistory } = await floodWebhooks(flood);
    assert.ok(longestHistory < 10_000, `${longestHistory} events`);
    const temporal = new Client({ connection, namespace: stack.temporal.namespace });
    await waitFor(
      async () =>
        (
          await temporal.workflow.count(
            "WorkflowType = 'webhookDelivery' AND ExecutionStatus = 'ContinuedAsNew'",
          )
        ).count > 0,
      { what: 'the workflow has continued as new' },
    );
  });
});
