import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { TASK_QUEUE } from '@signering/contract';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { QueuePollers } from '@signering/worker/internal/queue-pollers.js';
import { repairOpenJob } from '@signering/worker/internal/repair-open-job.js';
import { createNamespace, sharedTemporal, waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { openTemporaryStorage } from '../storage/temporary-storage.js';

describe('the repair of an open job that only a later version runs', () => {
  it('starts neither workflow nor poller of its flow or its input, and names the upgrade', async () => {
    const { storage, remove } = await openTemporaryStorage();
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const connection = await Connection.connect({ address });
    try {
      await storage.storageIdentity.ensure();
      const logger = new DefaultLogger('ERROR');
      const temporal = new Client({ connection, namespace });
      const encryption = createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')])));
      const entry = await storage.ledger.claim({
        organizationNumber: '910000007',
        reference: 'later',
        flow: 'VIDEO',
        pollingQueue: 'q',
        contentDigest: 'a'.repeat(64),
        ...CLAIMED_INPUT,
      });
      const later = { code: 'VERSION_NOT_SUPPORTED', message: /flow is VIDEO.*Upgrade the workers/u };
      const repair = () =>
        repairOpenJob(entry, {
          ...storage,
          encryption,
          temporal,
          taskQueue: TASK_QUEUE,
          logger,
          intervalMs: 0,
        });
      await waitFor(() => temporal.workflow.count(), { what: 'the new namespace is known' });
      await assert.rejects(repair(), later);
      const laterInput = await storage.ledger.claim({
        ...CLAIMED_INPUT,
        organizationNumber: '910000007',
        reference: 'later input',
        flow: 'PORTAL',
        pollingQueue: 'q',
        contentDigest: 'a'.repeat(64),
        input: await encryption.encrypt({ version: 2, reference: 'later input' }),
      });
      await assert.rejects(
        repairOpenJob(laterInput, {
          ...storage,
          encryption,
          temporal,
          taskQueue: TASK_QUEUE,
          logger,
          intervalMs: 0,
        }),
        { code: 'VERSION_NOT_SUPPORTED', message: /the encrypted input .*version 2.*Upgrade the workers/u },
      );
      await assert.rejects(
        new QueuePollers({ ...storage, temporal, taskQueue: TASK_QUEUE, logger }).ensure(entry),
        later,
      );
    } finally {
      await connection.close();
      await remove();
    }
  });
});
