import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createDrainStatusQueueActivity,
  type DrainStatusQueueInput,
  type DrainStatusQueueResult,
} from '@signering/activities/internal/drain-status-queue.js';
import { signingWorkflowId } from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import { jobUrl, startTestService } from '../signing-api/test-service.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { createNamespace, freshFolder, sharedTemporal, useQuietRuntime } from '../fixtures/index.js';
import { ORGANIZATION } from './signing-input.js';

const POLLING_QUEUE = 'signering-workflows';

type Drain = ReturnType<typeof createDrainStatusQueueActivity>['drainStatusQueue'];

function drainIn(environment: MockActivityEnvironment, drain: Drain): Promise<DrainStatusQueueResult> {
  return environment.run<[DrainStatusQueueInput], DrainStatusQueueResult, Drain>(drain, {
    organizationNumber: ORGANIZATION,
    flow: 'PORTAL',
    pollingQueue: POLLING_QUEUE,
    confirmForeign: [],
    undelivered: [],
  });
}

const changeOf = (confirmationUrl: string): string =>
  '<portal-signature-job-status-change-response xmlns="http://signering.posten.no/schema/v1">' +
  `<reference>A-1</reference><signature-job-id>1</signature-job-id><status>IN_PROGRESS</status>` +
  `<confirmation-url>${confirmationUrl}</confirmation-url><signatures><signature>` +
  '<status since="2026-11-22T10:00:00+01:00">WAITING</status><identifier><email address="kari@example.com"/></identifier>' +
  '</signature></signatures></portal-signature-job-status-change-response>';

describe('an intermediate confirmation', () => {
  it('that a stopping worker leaves unanswered delays the next poll by a minute', async () => {
    const service = await startTestService();
    const { address } = await sharedTemporal();
    const connection = await Connection.connect({ address });
    try {
      const temporal = new Client({ connection, namespace: await createNamespace(address) });
      const workflowId = signingWorkflowId(ORGANIZATION, 'A-1');
      // It receives the signal; no worker runs it.
      await temporal.workflow.start('waits', { workflowId, taskQueue: 'none' });
      const { archive, ledger, storageIdentity } = await openFileStorage({
        root: freshFolder('drain'),
        create: true,
      });
      const claim = {
        organizationNumber: ORGANIZATION,
        reference: 'A-1',
        flow: 'PORTAL',
        pollingQueue: POLLING_QUEUE,
        contentDigest: 'c'.repeat(64),
        ...CLAIMED_INPUT,
      } as const;
      const created = { signatureJobId: '1', createdAt: '2026-11-22T10:00:00.000Z' };
      await ledger.advance(await ledger.claim(claim), { created });
      const environment = new MockActivityEnvironment();
      service.answer = (response, { url }) => {
        // The worker stops instead of an answer to the confirmation.
        if (url.endsWith('/complete')) environment.cancel('WORKER_SHUTDOWN');
        else response.end(changeOf(jobUrl(service.root, 'complete')));
      };
      const { drainStatusQueue } = createDrainStatusQueueActivity({
        portal: service.api.portal,
        direct: service.api.direct,
        signedDocuments: service.api.portal,
        archive,
        ledger,
        storageIdentity,
        temporal,
        taskQueue: 'none',
        senders: new Set([ORGANIZATION]),
      });
      const drained = await drainIn(environment, drainStatusQueue);
      assert.equal(drained.nextPollInMs, 60_000);
      assert.equal(service.requests.length, 2);
    } finally {
      await connection.close();
      await service.stop();
    }
  });
});

describe('the queue of a sender that the settings of the worker do not name', () => {
  it('is not polled', async () => {
    useQuietRuntime();
    const service = await startTestService();
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    try {
      const { archive, ledger, storageIdentity } = await openFileStorage({
        root: freshFolder('drain'),
        create: true,
      });
      const { drainStatusQueue } = createDrainStatusQueueActivity({
        portal: service.api.portal,
        direct: service.api.direct,
        signedDocuments: service.api.portal,
        archive,
        ledger,
        storageIdentity,
        temporal: new Client({ connection }),
        taskQueue: 'none',
        senders: new Set(['987654325']),
      });
      const drained = drainIn(new MockActivityEnvironment(), drainStatusQueue);
      await assert.rejects(drained, { code: 'SENDER_NOT_ALLOWED', message: /queue was not polled/u });
      assert.deepEqual(service.requests, []);
    } finally {
      await connection.close();
      await service.stop();
    }
  });
});
