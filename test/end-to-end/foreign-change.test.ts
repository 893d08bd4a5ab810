import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  confirmForeignChangeUpdate,
  DEFAULT_POLLING_QUEUE,
  describeQueueQuery,
  statusQueueWorkflowId,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { createForeignJob } from './foreign-job.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, finalConfirmationOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

describe('a status change of a foreign job in our queue', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));
  it('is never confirmed, but counted and shown, until an operator confirms it by name', async () => {
    const id = await createForeignJob(stack);
    await stack.admin.act(id, 1, 'sign');
    // Our own job has the queue polled.
    await client.startPortalJob(await portalJob('ours'));
    const { organizationNumber } = loadWorkerSettings(stack.env);
    const queue = workflowsOf(stack, connection).getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE),
    );
    await waitFor(
      async () => {
        const { undelivered } = await queue.query(describeQueueQuery);
        return undelivered.some(
          ({ signatureJobId, reason, count }) => signatureJobId === id && reason === 'FOREIGN' && count === 1,
        );
      },
      { what: 'the foreign change is shown' },
    );
    const before = await evidenceOf(stack.admin, id);
    assert.ok(before.confirmedVersion < before.latestVersion, 'it is left alone');

    await queue.executeUpdate(confirmForeignChangeUpdate, { args: [{ signatureJobId: id }] });
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await finalConfirmationOf(stack.admin, id);
    await waitFor(async () => (await queue.query(describeQueueQuery)).undelivered.length === 0, {
      what: 'the confirmed change is no longer shown',
    });
  });
});
