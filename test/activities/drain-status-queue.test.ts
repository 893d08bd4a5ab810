import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createDrainStatusQueueActivity,
  type DrainStatusQueueInput,
  type DrainStatusQueueResult,
} from '@signering/activities/internal/drain-status-queue.js';
import { signingWorkflowId } from '@signering/contract';
import { openFileStorage, type ReferenceLedger } from '@signering/storage';
import { jobUrl, startTestService, type TestService } from '../signing-api/test-service.js';
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
  let service: TestService;
  let connection: Connection;
  let environment: MockActivityEnvironment;
  let drain: Drain;
  let ledger: ReferenceLedger;
  /** What happens between the fetch and the delivery. */
  let betweenFetchAndDelivery: () => void;

  beforeEach(async () => {
    betweenFetchAndDelivery = () => undefined;
    service = await startTestService();
    const { address } = await sharedTemporal();
    connection = await Connection.connect({ address });
    const temporal = new Client({ connection, namespace: await createNamespace(address) });
    const workflowId = signingWorkflowId(ORGANIZATION, 'A-1');
    // It receives the signal; no worker runs it.
    await temporal.workflow.start('waits', { workflowId, taskQueue: 'none' });
    const storage = await openFileStorage({ root: freshFolder('drain'), create: true });
    ({ ledger } = storage);
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
    environment = new MockActivityEnvironment();
    const observed: Pick<ReferenceLedger, 'find'> = {
      find: (key) => {
        betweenFetchAndDelivery();
        return ledger.find(key);
      },
    };
    drain = createDrainStatusQueueActivity({
      portal: service.api.portal,
      direct: service.api.direct,
      signedDocuments: service.api.portal,
      archive: storage.archive,
      ledger: observed as ReferenceLedger,
      storageIdentity: storage.storageIdentity,
      temporal,
      taskQueue: 'none',
      senders: new Set([ORGANIZATION]),
    }).drainStatusQueue;
  });
  afterEach(async () => {
    await connection.close();
    await service.stop();
  });

  /** Answers the first fetch with a change, the second one with an empty queue. */
  function handOutOneChange(): void {
    service.answer = (response, { url }) => {
      if (url.endsWith('/complete')) response.end();
      else if (service.requests.length === 1) response.end(changeOf(jobUrl(service.root, 'complete')));
      else
        response
          .writeHead(204, { 'X-Next-permitted-poll-time': new Date(Date.now() + 60_000).toISOString() })
          .end();
    };
  }
  /** Drains while both clocks are slow after a second: a busy machine, too, confirms within five seconds of theirs. */
  async function drainAtOnce(): Promise<DrainStatusQueueResult> {
    const clocks = [Date, performance].map((clock) => ({ clock, now: clock.now.bind(clock) }));
    for (const { clock, now } of clocks) {
      const first = now() + 1_000;
      clock.now = () => Math.min(now(), first + Math.max(0, now() - first) / 100);
    }
    try {
      return await drainIn(environment, drain);
    } finally {
      for (const { clock, now } of clocks) clock.now = now;
    }
  }
  const confirmations = () => service.requests.filter(({ url }) => url.endsWith('/complete')).length;

  it('that a stopping worker leaves unanswered delays the next poll by a minute', async () => {
    service.answer = (response, { url }) => {
      // The worker stops instead of an answer to the confirmation.
      if (url.endsWith('/complete')) environment.cancel('WORKER_SHUTDOWN');
      else response.end(changeOf(jobUrl(service.root, 'complete')));
    };
    const drained = await drainAtOnce();
    assert.equal(drained.nextPollInMs, 60_000);
    assert.equal(service.requests.length, 2);
  });

  it('follows the signal at once', async () => {
    handOutOneChange();
    await drainAtOnce();
    assert.equal(confirmations(), 1);
  });

  for (const [clock, what] of [
    [Date, 'the machine slept'],
    [performance, 'the process was stopped'],
  ] as const) {
    it(`is left out when ${what} for more than five seconds after the fetch`, async () => {
      handOutOneChange();
      const now = clock.now.bind(clock);
      betweenFetchAndDelivery = () => {
        clock.now = () => now() + 6_000;
      };
      try {
        const { undelivered } = await drainIn(environment, drain);
        assert.deepEqual(undelivered, []);
      } finally {
        clock.now = now;
      }
      assert.equal(confirmations(), 0);
      assert.equal(service.requests.length, 2, 'the queue is drained further');
    });
  }
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
