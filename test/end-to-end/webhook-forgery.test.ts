import assert from 'node:assert/strict';
import type { Connection, WorkflowClient } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { SigningClient } from '@signering/client';
import {
  TASK_QUEUE,
  WORKFLOW_TYPES,
  webhookDeliveryWorkflowId,
  webhookTaskQueue,
  type WebhookDeliveryResult,
  type WebhookToDeliver,
} from '@signering/contract';
import { createPayloadCodec, generateKey, type EncryptionKeys } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';
import { startReceiver, webhookSettings, type TestReceiver } from './webhook-receiver.js';

/** Commands of a workflow task, as Temporal's API has them. */
type Commands = NonNullable<
  Parameters<Connection['workflowService']['respondWorkflowTaskCompleted']>[0]['commands']
>;

const { CommandType } = proto.temporal.api.enums.v1;

const FORGER = 'forger';

describe('a system that reaches Temporal without the keys', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let workflows: WorkflowClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  let cases: TestReceiver;
  let keys: EncryptionKeys;
  let organizationNumber: string;

  after(() => cases.close());
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });
  before(async () => {
    cases = await startReceiver();
    ({ keys, organizationNumber } = loadClientSettings(stack.env));
    workflows = workflowsOf(stack, connection);
    worker = await stack.startWorker(
      webhookSettings([{ id: 'cases', url: cases.url, secrets: [cases.secret] }]),
    );
  });

  /** Starts a workflow on another task queue, and answers its first task without a worker. */
  async function script(workflowId: string, commands: Commands): Promise<void> {
    const { namespace } = stack.temporal;
    const taskQueue = `${FORGER}-${workflowId}`;
    await workflows.start(WORKFLOW_TYPES.webhookDelivery, { workflowId, taskQueue, args: [] });
    const { taskToken } = await connection.withDeadline(Date.now() + 30_000, () =>
      connection.workflowService.pollWorkflowTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        identity: FORGER,
      }),
    );
    await connection.workflowService.respondWorkflowTaskCompleted({
      namespace,
      taskToken,
      identity: FORGER,
      commands,
    });
  }

  const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

  async function encrypted(value: unknown, under = keys): Promise<Payload> {
    const [payload = assert.fail()] = await createPayloadCodec(under).encode([plain(value)]);
    return payload;
  }

  const forged = (reference: string, receiver = 'cases'): WebhookToDeliver => ({
    receiver,
    id: `msg_${reference}`,
    payload: {
      type: 'job.archived',
      timestamp: '2026-03-01T09:30:00.000Z',
      data: { organizationNumber, reference, sequence: 1, outcome: 'SIGNED' },
    },
  });

  const ofJob = (reference: string) =>
    cases.received.filter(({ payload }) => payload.data.reference === reference);

  async function schedule(workflowId: string, argument: Payload): Promise<void> {
    await script(workflowId, [
      {
        commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: 'deliverWebhook' },
          taskQueue: { name: webhookTaskQueue(TASK_QUEUE, 'cases') },
          input: { payloads: [argument] },
          startToCloseTimeout: { seconds: 30 as never },
          retryPolicy: { maximumAttempts: 1 },
        },
      },
    ]);
  }

  /** Completes a workflow that has the id of a job's webhooks with this result. */
  async function complete(reference: string, result: Payload): Promise<void> {
    await script(webhookDeliveryWorkflowId(organizationNumber, reference), [
      {
        commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        completeWorkflowExecutionCommandAttributes: { result: { payloads: [result] } },
      },
    ]);
  }

  /** How the activity of a scripted workflow ended: `completed`, or the type of its failure. */
  function ending(workflowId: string): Promise<string | undefined> {
    return waitFor(
      async () => {
        const { events } = await workflows.getHandle(workflowId).fetchHistory();
        for (const event of events ?? []) {
          if (event.activityTaskCompletedEventAttributes) return 'completed';
          const { failure } = event.activityTaskFailedEventAttributes ?? {};
          if (failure) return failure.applicationFailureInfo?.type ?? 'failed';
        }
        return undefined;
      },
      { what: `the activity of ${workflowId} ends`, explain: () => worker.logged() },
    );
  }

  it('has no webhook sent and signed, as plain text or copied from another receiver', async () => {
    await schedule('forged-plain', plain(forged('forged-plain')));
    assert.equal(await ending('forged-plain'), 'SigningError');
    await schedule('forged-copy', await encrypted(forged('forged-copy', 'another')));
    assert.equal(await ending('forged-copy'), 'INVALID_REQUEST');
    await schedule('genuine', await encrypted(forged('genuine')));
    assert.equal(await ending('genuine'), 'completed');
    assert.deepEqual(
      cases.received.map(({ id }) => id),
      ['msg_genuine'],
    );
  });

  const result = (reference: string): WebhookDeliveryResult => ({
    version: 1,
    sequence: 41,
    ids: [],
    pending: [{ ...forged(`${reference}-forged`), tryUntil: '2099-01-01T00:00:00.000Z' }],
    failed: [],
    dropped: 0,
  });

  async function sequencesOf(reference: string): Promise<readonly number[]> {
    await client.startPortalJob(await portalJob(reference));
    await stack.admin.act(await createdJobIdOf(client, reference, () => worker.logged()), 1, 'sign');
    const { outcome } = await client.waitForResult(reference);
    assert.equal(outcome, 'SIGNED');
    await waitFor(() => ofJob(reference).some(({ payload }) => payload.type === 'job.archived'), {
      what: `the last event of ${reference}`,
      explain: () => worker.logged(),
    });
    assert.deepEqual(ofJob(`${reference}-forged`), []);
    return ofJob(reference).map(({ payload }) => payload.data.sequence);
  }

  it('gives no webhooks and no numbers to a job by an unencrypted result', async () => {
    await complete('plain-result', plain(result('plain-result')));
    assert.deepEqual(await sequencesOf('plain-result'), [1, 2, 3, 4]);
  });

  it('does not keep a job from ending by a result under a key that the worker does not have', async () => {
    await complete('strange-result', await encrypted(result('strange-result'), [generateKey('stranger')]));
    assert.deepEqual(await sequencesOf('strange-result'), [1, 2, 3, 4]);
    assert.match(worker.logged(), /earlier webhooks is unreadable/u);
  });

  it('does not write the results of workers, whose numbers a job continues', async () => {
    await complete('genuine-result', await encrypted(result('genuine-result')));
    assert.deepEqual(await sequencesOf('genuine-result'), [42, 43, 44, 45]);
  });
});
