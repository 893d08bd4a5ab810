import assert from 'node:assert/strict';
import { Client, type Connection, WorkflowUpdateFailedError, type WorkflowClient } from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { encode as encodeText } from '@temporalio/common/lib/encoding.js';
import { Worker } from '@temporalio/worker';
import type { SigningClient } from '@signering/client';
import {
  cancelUpdate,
  confirmForeignChangeUpdate,
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  describeQueueQuery,
  directStatusChangeSignal,
  duplicateSigningOptionsOf,
  duplicateSigningWorkflowId,
  followSignal,
  portalStatusChangeSignal,
  signerReturnedSignal,
  signingWorkflowId,
  statusQueueWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import { createPayloadCodec, formatKeys, generateKey, type EncryptionKeys } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { FAILURE_CONVERTER_PATH, WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { markPayloads } from '@signering/worker/internal/mark-payloads.js';
import { useQuietRuntime, waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

const stranger = generateKey('stranger');
const STRANGER: EncryptionKeys = [stranger];
const DUPLICATE_JOB_ID = '990000001';

describe('input that a worker cannot decrypt', () => {
  let stack: TestStack;
  let connection: Connection;
  let client: SigningClient;
  let workflows: WorkflowClient;
  /** Encrypts under a key that the workers do not have, and reads what they answer. */
  let strange: WorkflowClient;
  let keys: EncryptionKeys;
  let organization: string;

  before(useQuietRuntime);

  useSigningStack((started) => ({ stack, client, connection } = started), {
    withoutWorker: true,
    forEachTest: true,
  });
  beforeEach(() => {
    workflows = workflowsOf(stack, connection);
    ({ keys, organizationNumber: organization } = loadClientSettings(stack.env));
    const payloadCodecs = [
      {
        encode: (payloads: Payload[]) => createPayloadCodec(STRANGER).encode(payloads),
        decode: (payloads: Payload[]) => createPayloadCodec(keys).decode(payloads),
      },
    ];
    const { namespace } = stack.temporal;
    strange = new Client({ connection, namespace, dataConverter: { payloadCodecs } }).workflow;
  });

  async function encrypted(payload: Payload, under = keys): Promise<Payload> {
    const [sealed = payload] = await createPayloadCodec(under).encode([payload]);
    return sealed;
  }

  /** Arguments that no handler can take. */
  async function unusableArguments(): Promise<readonly (readonly Payload[])[]> {
    const argument = defaultPayloadConverter.toPayload({ until: '2099-01-01T00:00:00Z' });
    const { id } = keys[0];
    const sealed = await encrypted(argument);
    const metadata = { ...sealed.metadata };
    delete metadata['encryption-nonce'];
    const wrong = [null, 5, 'text', {}, { change: null }, { change: { signatureJobId: '1' } }, { until: 5 }];
    return [
      [await encrypted(argument, STRANGER)],
      // A known key id, and content that was written under another key.
      [await encrypted(argument, [{ ...stranger, id }])],
      [{ ...sealed, metadata }],
      [{ metadata: { encoding: encodeText('binary/encrypted') }, data: encodeText('x') }],
      [{ metadata: { encoding: encodeText('binary/strange') }, data: encodeText('x') }],
      [await encrypted({ metadata: { encoding: encodeText('json/plain') }, data: encodeText('{') })],
      [await encrypted({ metadata: { encoding: encodeText('binary/strange') }, data: encodeText('x') })],
      [],
      ...(await Promise.all(
        wrong.map(async (value) => [await encrypted(defaultPayloadConverter.toPayload(value))]),
      )),
    ];
  }

  async function sendSignal(workflowId: string, signalName: string, payloads: readonly Payload[]) {
    await connection.workflowService.signalWorkflowExecution({
      namespace: stack.temporal.namespace,
      workflowExecution: { workflowId },
      signalName,
      input: { payloads: [...payloads] },
    });
  }

  async function assertReplays(workflowId: string, leastMarkers: number): Promise<void> {
    const history = await workflows.getHandle(workflowId).fetchHistory();
    const failed = (history.events ?? []).filter((event) => event.workflowTaskFailedEventAttributes);
    assert.equal(failed.length, 0, 'no workflow task has failed');
    const markers = (history.events ?? []).filter((event) => event.markerRecordedEventAttributes);
    assert.ok(markers.length >= leastMarkers, `${markers.length} markers of ${leastMarkers}`);
    const both: EncryptionKeys = [...keys, stranger];
    for (const known of [keys, both]) {
      const codec = markPayloads({ codec: createPayloadCodec(known), accepted: false });
      await Worker.runReplayHistory(
        {
          workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
          dataConverter: { failureConverterPath: FAILURE_CONVERTER_PATH, payloadCodecs: [codec] },
        },
        history,
        workflowId,
      );
    }
  }

  it('is dropped as a signal and rejected as an update or a query, and every workflow continues', async () => {
    const worker = await stack.startWorker();
    await client.startPortalJob(await portalJob('portal'));
    const direct = await directJob('direct');
    const { redirects } = await createdDirectJob(client, direct);
    const portalJobId = await waitFor(async () => (await client.getJob('portal')).signatureJobId, {
      what: 'the portal job is created',
    });
    const duplicate = duplicateSigningOptionsOf({
      version: 1,
      organizationNumber: organization,
      reference: 'portal',
      pollingQueue: DEFAULT_POLLING_QUEUE,
      settledJob: { signatureJobId: portalJobId, createdAt: new Date().toISOString() },
      signatureJobId: DUPLICATE_JOB_ID,
      contentDigest: 'c'.repeat(64),
      sent: [],
    });
    await workflows.start(WORKFLOW_TYPES.duplicateSigning, { ...duplicate, taskQueue: TASK_QUEUE });
    const ids = {
      queue: statusQueueWorkflowId(organization, 'PORTAL', DEFAULT_POLLING_QUEUE),
      portal: signingWorkflowId(organization, 'portal'),
      direct: signingWorkflowId(organization, 'direct'),
      duplicate: duplicateSigningWorkflowId(organization, DUPLICATE_JOB_ID),
    };
    const targets = [
      [ids.queue, followSignal.name],
      [ids.portal, portalStatusChangeSignal.name],
      [ids.direct, directStatusChangeSignal.name],
      [ids.direct, signerReturnedSignal.name],
      [ids.duplicate, portalStatusChangeSignal.name],
      [ids.queue, 'unknown-signal'],
    ] as const;
    const unusable = await unusableArguments();
    for (const payloads of unusable) {
      for (const [workflowId, signal] of targets) await sendSignal(workflowId, signal, payloads);
    }

    const refused = (error: unknown) => {
      assert.ok(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure);
      return error.cause.type === 'KEY_MISMATCH';
    };
    const portal = strange.getHandle(ids.portal);
    await assert.rejects(
      portal.executeUpdate(cancelUpdate, { args: [{ reason: 'by a stranger' }] }),
      refused,
    );
    const queue = strange.getHandle(ids.queue);
    const confirm = { args: [{ signatureJobId: '7' }] as [{ signatureJobId: string }] };
    await assert.rejects(queue.executeUpdate(confirmForeignChangeUpdate, confirm), refused);
    await assert.rejects(queue.executeUpdate('confirmForeignChange'), WorkflowUpdateFailedError);
    await assert.rejects(portal.query(describeQuery.name, { by: 'a stranger' }));

    assert.equal((await client.getJob('portal')).state, 'WAITING_FOR_SIGNERS');
    assert.deepEqual((await workflows.getHandle(ids.queue).query(describeQueueQuery)).undelivered, []);
    for (const workflowId of Object.values(ids)) {
      const told = new RegExp(
        `"workflowId":"${workflowId}".*"keyId":"stranger".*it cannot be decrypted`,
        'u',
      );
      await waitFor(() => told.test(worker.logged()), {
        what: `the worker tells of the input of ${workflowId}`,
        explain: () => worker.logged(),
      });
    }

    await stack.admin.act(portalJobId, 1, 'sign');
    const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
    await client.signerReturned('direct', { statusQueryToken: token });
    for (const reference of ['portal', 'direct']) {
      const { outcome } = await client.waitForResult(reference);
      assert.equal(outcome, 'SIGNED');
    }
    // Each one is recorded, except the unencrypted one: that is dropped whichever keys a worker has.
    for (const workflowId of Object.values(ids)) await assertReplays(workflowId, unusable.length - 1);
  });

  it('blocks a workflow started with it until a worker has the key', async () => {
    const keyless = await stack.startWorker();
    const pollingQueue = 'strange';
    const workflowId = statusQueueWorkflowId(organization, 'PORTAL', pollingQueue);
    const followUntil = new Date(0).toISOString();
    await strange.start(WORKFLOW_TYPES.statusQueue, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ version: 1, organizationNumber: organization, flow: 'PORTAL', pollingQueue, followUntil }],
    });
    await waitFor(() => keyless.logged().includes('The input of a workflow cannot be decrypted'), {
      what: 'the worker names the workflow that waits',
    });
    assert.match(keyless.logged(), new RegExp(`"workflowId":"${workflowId}".*"keyId":"stranger"`, 'u'));
    assert.equal((await workflows.getHandle(workflowId).describe()).status.name, 'RUNNING');
    await keyless.stop(20_000);
    await stack.startWorker({ SIGNERING_KEYS: formatKeys([...keys, stranger]) });
    await workflows.getHandle(workflowId).result();
  });
});
