import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { DEFAULT_POLLING_QUEUE, describeQueueQuery, statusQueueWorkflowId } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

describe('storage that disappears under a running worker', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });

  it('ends the drain before the next fetch, and jobs continue when it is back', async () => {
    const worker = await stack.startWorker();
    const references = ['vanished-1', 'vanished-2'];
    const ids: string[] = [];
    for (const reference of references) {
      await client.startPortalJob(await portalJob(reference));
      const created = async () => (await client.getJob(reference)).signatureJobId;
      ids.push(await waitFor(created, { what: `job ${reference} is created` }));
    }
    await hold(stack.admin, 'fetchStatusChange', 'before');
    await waitUntilHolding(stack.admin, 'fetchStatusChange', () => worker.logged());
    for (const id of ids) await stack.admin.act(id, 1, 'sign');
    const away = join(stack.folder, 'storage-away');
    renameSync(stack.storageFolder, away);
    await releaseHolds(stack.admin);

    const { organizationNumber } = loadWorkerSettings(stack.env);
    const queue = workflowsOf(stack, connection).getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE),
    );
    await waitFor(
      async () => {
        const { raw } = await queue.describe();
        return raw.pendingActivities?.some(
          ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === 'STORAGE_UNAVAILABLE',
        );
      },
      { what: 'the drain ends with STORAGE_UNAVAILABLE', explain: () => worker.logged() },
    );
    const [handedOut = [], waiting = []] = await Promise.all(
      ids.map(async (id) =>
        (await evidenceOf(stack.admin, id)).ledger.filter(
          ({ operation }) => operation === 'fetchStatusChange',
        ),
      ),
    );
    assert.deepEqual([handedOut.length, waiting.length], [1, 0], 'no further change is fetched');

    // What the worker wrote meanwhile into the folder's place is not storage.
    if (existsSync(stack.storageFolder)) rmSync(stack.storageFolder, { recursive: true });
    renameSync(away, stack.storageFolder);
    for (const reference of references) {
      const { outcome } = await client.waitForResult(reference);
      assert.equal(outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
    }
    const { undelivered } = await queue.query(describeQueueQuery);
    assert.deepEqual(undelivered, [], 'no change was taken for that of a foreign job');
    assert.doesNotMatch(worker.logged(), /FOREIGN/u);
  });
});
