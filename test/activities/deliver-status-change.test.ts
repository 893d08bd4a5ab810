import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { deliverStatusChange } from '@signering/activities/internal/deliver-status-change.js';
import { portalQueue } from '@signering/activities/internal/flow-queues.js';
import { createFollowStatusQueueActivity } from '@signering/activities/internal/follow-status-queue.js';
import { RepeatedSignals } from '@signering/activities/internal/repeated-signals.js';
import {
  duplicateSigningWorkflowId,
  SIGNING_JOB_ID,
  signingWorkflowId,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { demandStorageId } from '@signering/storage';
import { TcpProxy } from '../campaign/tcp-proxy.js';
import { createNamespace, sharedTemporal, waitFor } from '../fixtures/index.js';
import { POLLING_QUEUE, startActivityStage, type ActivityStage } from './activity-stage.js';

describe('activities that signal workflows', () => {
  let stage: ActivityStage;
  let connection: Connection;
  let temporal: Client;
  let namespace: string;
  let organizationNumber: string;
  before(async () => {
    stage = await startActivityStage();
    ({ organizationNumber } = stage);
    const { address } = await sharedTemporal();
    namespace = await createNamespace(address);
    connection = await Connection.connect({ address });
    temporal = new Client({ connection, namespace });
  });
  after(async () => {
    await connection.close();
    await stage.stop();
  });

  const signalsOf = async (workflowId: string): Promise<readonly string[]> => {
    const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? [],
    );
  };
  /** What each signal to the poller of a queue said. */
  const followedUntil = async (pollingQueue: string): Promise<readonly string[]> => {
    const handle = temporal.workflow.getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', pollingQueue),
    );
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
      const [payload] = signal?.input?.payloads ?? [];
      return payload === undefined
        ? []
        : [(JSON.parse(Buffer.from(payload.data ?? []).toString()) as { until: string }).until];
    });
  };
  const deliver = (change: PortalStatusChange) => {
    const { api, storage } = stage;
    const queue = portalQueue({
      portal: api.portal,
      temporal,
      taskQueue: TASK_QUEUE,
      storageIdentity: storage.storageIdentity,
    });
    const options = { organizationNumber, flow: 'PORTAL', queue, repeated: new RepeatedSignals() } as const;
    return deliverStatusChange(change, options, { ...storage, temporal });
  };
  /** A rejected job, with its final change, and a workflow that no worker runs. */
  async function endedJob(reference: string): Promise<PortalStatusChange> {
    const { created } = await stage.created(stage.portalJob(reference));
    await stage.act(created.signatureJobId, 'reject');
    for (;;) {
      const change = await stage.nextChange();
      if (change.signatureJobId === created.signatureJobId) return change;
    }
  }
  const startWorkflow = (reference: string) =>
    temporal.workflow.start('waits', {
      workflowId: signingWorkflowId(organizationNumber, reference),
      taskQueue: 'none',
    });

  it('deliverStatusChange signals the workflow that it finds by reference, or by job id', async () => {
    const { reference: _, ...change } = await endedJob('signalled');
    const { workflowId } = await startWorkflow('signalled');
    assert.equal(await deliver({ ...change, reference: 'signalled' }), 'SIGNALLED');
    assert.equal(await deliver(change), 'SIGNALLED');
    assert.deepEqual(await signalsOf(workflowId), ['statusChange', 'statusChange']);
  });

  it('deliverStatusChange signals no workflow for a job that the ledger does not know', async () => {
    const change = await endedJob('known');
    const { workflowId } = await startWorkflow('known');
    assert.equal(await deliver({ ...change, signatureJobId: '999' as never }), 'FOREIGN');
    assert.deepEqual(await signalsOf(workflowId), []);
  });

  it('deliverStatusChange starts one workflow for a duplicate of a settled reference', async () => {
    const { ledger } = stage.storage;
    const change = await endedJob('duplicated');
    const entry = await ledger.find({ organizationNumber, reference: 'duplicated' });
    const settled = { outcome: 'SIGNED', folder: 'f', settledAt: new Date().toISOString() } as const;
    // The duplicate is the outcome, so that the recorded job is the other one.
    await ledger.advance(entry!, { settled: { ...settled, signatureJobId: '77' } });
    for (let time = 0; time < 2; time += 1) assert.equal(await deliver(change), 'DUPLICATE');
    const workflowId = duplicateSigningWorkflowId(organizationNumber, change.signatureJobId);
    assert.deepEqual(await signalsOf(workflowId), ['statusChange', 'statusChange']);
    const { type, typedSearchAttributes } = await temporal.workflow.getHandle(workflowId).describe();
    assert.equal(type, WORKFLOW_TYPES.duplicateSigning);
    const jobId = typedSearchAttributes.getAll().find(({ key }) => key.name === SIGNING_JOB_ID.name);
    assert.equal(jobId?.value, change.signatureJobId);
  });

  it('deliverStatusChange answers STRANDED when the workflow ended before the archive', async () => {
    const change = await endedJob('stranded');
    const handle = await startWorkflow('stranded');
    await handle.terminate();
    assert.equal(await deliver(change), 'STRANDED');
  });

  it('followStatusQueue starts the poller once, with the storage id, and signals it for a later time', async () => {
    const { storageIdentity } = stage.storage;
    const { followStatusQueue } = createFollowStatusQueueActivity({
      temporal,
      taskQueue: 'signering/another',
      storageIdentity,
    });
    const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: POLLING_QUEUE } as const;
    await followStatusQueue({ ...queue, followUntil: '2999-01-01T00:00:00.000Z' });
    await followStatusQueue({ ...queue, followUntil: '2999-02-01T00:00:00.000Z' });
    const handle = temporal.workflow.getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', POLLING_QUEUE),
    );
    const { taskQueue, runId } = await handle.describe();
    assert.equal(taskQueue, 'signering/another');
    assert.deepEqual(await signalsOf(handle.workflowId), ['follow', 'follow']);
    const { events } = await handle.fetchHistory();
    const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const { storageId, followUntil } = JSON.parse(Buffer.from(input?.data ?? []).toString()) as {
      readonly storageId: string;
      readonly followUntil: string;
    };
    assert.equal(storageId, await demandStorageId(storageIdentity));
    // With the time that the signal covers.
    assert.equal(followUntil, '2999-01-01T00:00:05.000Z');
    assert.ok(runId.length > 0);
  });

  it('followStatusQueue sends one signal for all jobs that want the poller at the same time, until the latest', async () => {
    const { storageIdentity } = stage.storage;
    const { followStatusQueue } = createFollowStatusQueueActivity({
      temporal,
      taskQueue: 'signering/burst',
      storageIdentity,
    });
    const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: 'burst' } as const;
    const untils = ['2999-01-01', '2999-05-01', '2999-03-01'].map((day) => `${day}T00:00:00.000Z`);
    const burst = () =>
      Promise.all(untils.map((followUntil) => followStatusQueue({ ...queue, followUntil })));
    await Promise.all([
      burst(),
      followStatusQueue({ ...queue, pollingQueue: 'quiet', followUntil: untils[0]! }),
    ]);
    assert.deepEqual(await followedUntil('burst'), ['2999-05-01T00:00:05.000Z']);
  });

  it('followStatusQueue sends no signal that the last one covers, and one for each later time', async () => {
    const { followStatusQueue } = createFollowStatusQueueActivity({
      temporal,
      taskQueue: 'signering/covered',
      storageIdentity: stage.storage.storageIdentity,
    });
    const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: 'covered' } as const;
    const follow = (time: string) =>
      followStatusQueue({ ...queue, followUntil: `2999-01-01T00:${time}.000Z` });
    const first = follow('00:00');
    // The first one is on its way.
    await setImmediate();
    await Promise.all([first, follow('00:05'), follow('00:06'), follow('00:07')]);
    // The second one was sent less than a second ago.
    await Promise.all(['00:12', '00:18', '00:13'].map(follow));
    await follow('00:23');
    const said = ['2999-01-01T00:00:05.000Z', '2999-01-01T00:00:11.000Z', '2999-01-01T00:00:23.000Z'];
    assert.deepEqual(await followedUntil('covered'), said);
    // A poller that was terminated long ago is signalled again.
    await waitFor(async () => (await follow('00:23'), (await followedUntil('covered')).length > 3), {
      what: 'a signal for a time that was said more than five seconds ago',
    });
  });

  it('followStatusQueue sends a signal that failed again', async () => {
    const { storageIdentity } = stage.storage;
    const finds = [() => Promise.reject(new Error('The storage is away.')), () => storageIdentity.find()];
    const { followStatusQueue } = createFollowStatusQueueActivity({
      temporal,
      taskQueue: 'signering/again',
      storageIdentity: { ...storageIdentity, find: () => finds.shift()!() },
    });
    const queue = {
      organizationNumber,
      flow: 'PORTAL',
      pollingQueue: 'again',
      followUntil: '2999-01-01T00:00:00.000Z',
    } as const;
    await assert.rejects(followStatusQueue(queue), /The storage is away/u);
    await followStatusQueue(queue);
    assert.deepEqual(await followedUntil('again'), ['2999-01-01T00:00:05.000Z']);
  });

  it('followStatusQueue sends the next signal although the one before gets no answer', async () => {
    const { address } = await sharedTemporal();
    const [host = '', port] = address.split(':');
    const proxy = await TcpProxy.start({ host, port: Number(port) });
    const behindProxy = await Connection.connect({ address: `127.0.0.1:${proxy.port}` });
    try {
      const { followStatusQueue } = createFollowStatusQueueActivity({
        temporal: new Client({ connection: behindProxy, namespace }),
        taskQueue: 'signering/silent',
        storageIdentity: stage.storage.storageIdentity,
      });
      const queue = { organizationNumber, flow: 'PORTAL', pollingQueue: 'silent' } as const;
      const [now = '', ...later] = ['2999-01-01', '2999-03-01', '2999-05-01'].map(
        (day) => `${day}T00:00:00.000Z`,
      );
      proxy.disturb({ kind: 'SILENT' });
      const first = followStatusQueue({ ...queue, followUntil: now });
      while (proxy.hits === 0) await setImmediate();
      const next = Promise.all(later.map((followUntil) => followStatusQueue({ ...queue, followUntil })));
      await assert.rejects(first);
      proxy.lift();
      await next;
      // Temporal may still have carried out the first one, before or after.
      assert.ok((await followedUntil('silent')).includes('2999-05-01T00:00:05.000Z'));
    } finally {
      await behindProxy.close();
      await proxy.close();
    }
  });
});
